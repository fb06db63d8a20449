"""The colour maps, from the most negative to the most positive: made by docs/colour_maps.py, see NOTICE."""

from __future__ import annotations

MANAGUA = (
    "#ffcf67", "#f5bf62", "#ebb05d", "#e2a158", "#d89353", "#ce864f", "#c5794a", "#bb6d47", "#b16243",
    "#a65740", "#9a4c3d", "#8e423a", "#813939", "#753139", "#692c3b", "#5f2940", "#572948", "#512c54",
    "#4e3361", "#4c3b70", "#4c4680", "#4d518e", "#505d9c", "#5369a9", "#5775b4", "#5c82be", "#618fc7",
    "#669cd1", "#6baada", "#70b8e3", "#76c7ec", "#7bd7f5", "#81e7ff",
)  # fmt: skip

VIK = (
    "#590008", "#660a07", "#741506", "#832106", "#932e06", "#a5400e", "#b3531f", "#bc6331", "#c37243",
    "#c97f55", "#cf8e68", "#d59c7b", "#dcab8f", "#e2bba4", "#e9cbb9", "#eedacf", "#ece5e1", "#dce5e9",
    "#c5dbe5", "#acccdc", "#92bdd2", "#79adc7", "#609dbc", "#478db1", "#2f7ca6", "#1b6d9b", "#0c5e92",
    "#045089", "#034481", "#023779", "#022b71", "#021f69", "#001261",
)  # fmt: skip
