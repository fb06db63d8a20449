"""How the page of a handout looks: light and dark as the reader's system is, and light where it is printed."""

from __future__ import annotations

from bpdebug.export.maps import MANAGUA, VIK
from bpdebug.export.shading import STRANGE, ink

_LIGHT = {
    "ink": "#1d2026", "quiet": "#5a626d", "paper": "#fdfdfb", "rule": "#d5d7d2", "tint": "#f3f4f0", "accent": "#0b5cad",
    "good": "#0b5cad", "odd": "#7a5b00", "bad": "#b3261e",
}  # fmt: skip
_DARK = {
    "ink": "#e0e2e6", "quiet": "#9aa1ac", "paper": "#15171c", "rule": "#3a3f49", "tint": "#1e2128", "accent": "#6cb6ff",
    "good": "#59c2ff", "odd": "#e6c35c", "bad": "#ff8f7e",
}  # fmt: skip
_RULES = """\
html { color-scheme: light dark; background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
body { max-width: 52rem; margin: 0 auto; padding: 3rem 1.25rem 5rem;
  font: 1.0625rem/1.55 "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, Georgia, serif;
  font-feature-settings: "kern", "liga", "onum"; hanging-punctuation: first; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.2; font-weight: 600; text-wrap: balance; break-after: avoid; }
h1 { font-size: 2.1rem; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 1.4rem; margin: 3.2rem 0 1rem; padding-top: 0.9rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1.15rem; margin: 2.4rem 0 0.4rem; }
p { margin: 0.5rem 0; text-wrap: pretty; }
header .place { margin: 0.4rem 0 1.2rem; color: var(--quiet); font-style: italic; }
header .summary { font-size: 1.15rem; }
a { color: var(--accent); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; text-underline-offset: 0.15em; }
nav { margin: 2rem 0; padding: 0.8rem 1.2rem; background: var(--tint); border-radius: 0.4rem; }
nav ol { margin: 0; padding-left: 1.4rem; }
nav li { margin: 0.25rem 0; }
nav .within { display: block; line-height: 1.7; }
.term { font-variant-caps: all-small-caps; letter-spacing: 0.06em; color: var(--quiet); margin-right: 0.5em; }
.heads { margin-bottom: 0; }
.heads + ol, .heads + ul { margin-top: 0.1rem; }
li { margin: 0.15rem 0; }
math { font-family: "STIX Two Math", "Latin Modern Math", "Cambria Math", "Libertinus Math", math; font-size: 1.06em; }
.formula { margin: 0.9rem 0 1.1rem; padding: 0.2rem 0 0.5rem; overflow-x: auto; overflow-y: hidden; }
.formula math { font-size: 1.25em; }
munder > :last-child { color: var(--quiet); }
code { font: 0.88em/1.4 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; background: var(--tint);
  padding: 0.1em 0.35em; border-radius: 0.25em; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums lining-nums; }
.wide { overflow-x: auto; margin: 0.9rem 0; }
.facts { min-width: 60%; }
.facts th { text-align: left; font-weight: 400; font-variant-caps: all-small-caps; letter-spacing: 0.06em;
  color: var(--quiet); border-bottom: 1px solid var(--rule); }
.facts th, .facts td { padding: 0.25rem 1.2rem 0.25rem 0; vertical-align: baseline; }
.matrices { display: flex; flex-wrap: wrap; align-items: center; gap: 0.9rem 1.4rem; margin: 1rem 0; }
figure { margin: 0; max-width: 100%; overflow-x: auto; break-inside: avoid; }
figcaption { margin-bottom: 0.15rem; }
.shape { color: var(--quiet); font-size: 0.85em; margin-left: 0.3em; }
.arrow { font-size: 1.4rem; color: var(--quiet); }
figure table { font: 0.78rem/1.3 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
figure td { padding: 0.22rem 0.5rem; text-align: right; border: 1px solid var(--paper); white-space: pre; }
figure th, figure thead td { padding: 0 0.5rem 0.1rem; font-weight: 400; font-size: 0.7rem; color: var(--quiet);
  text-align: right; border: 0; }
.result table { outline: 2px solid var(--rule); outline-offset: 2px; }
.result { padding: 3px; }
.note { font-size: 0.85rem; color: var(--quiet); margin: 0.2rem 0 0; }
strong { font-weight: 600; white-space: nowrap; }
section > p > strong { white-space: normal; }
.good { color: var(--good); } .odd { color: var(--odd); } .bad { color: var(--bad); } .quiet { color: var(--quiet); }
@page { margin: 18mm 16mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  h2 { margin-top: 2rem; }
  nav { background: none; border: 1px solid var(--rule); }
  a { color: inherit; }
  figure td, .strange { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .formula, .wide, figure { overflow: visible; }
  .formula, tr, li, figure { break-inside: avoid; }
  p { orphans: 3; widows: 3; }
}
"""


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


def _shades(colours: tuple[str, ...]) -> str:
    return "\n".join(f".s{at} {{ background: {each}; color: {ink(each)}; }}" for at, each in enumerate(colours))


STYLE = (
    f":root {{ {_variables(_LIGHT)} }}\n{_shades(VIK)}\n"
    f".strange {{ background: {STRANGE}; color: {ink(STRANGE)}; font-weight: 700; }}\n"
    f"@media screen and (prefers-color-scheme: dark) {{\n:root {{ {_variables(_DARK)} }}\n{_shades(MANAGUA)}\n}}\n"
    f"{_RULES}"
)
