"""Files of examples that lie beside a scenario: CSV and NPZ, read within bounds."""
