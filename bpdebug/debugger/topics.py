"""What the help says of more than one command: stops, conditions, travel through time."""

from __future__ import annotations

STOPS = """\
Stops say where a motion ends, on the way forward and on the way back.

  break dW2                   wherever dW2 has been computed
  break 40:backward           at the backward phase of iteration 40
  break if J > previous(J)    wherever a condition holds: help conditions
  tbreak dW2                  once only
  watch W1[0,1]               where a value changes; it shows both

continue goes on to the next of them, continue 3 to the third, reverse-continue back to the last. On the way back the \
operation of the stop is undone.

  info breakpoints            lists them, with their numbers
  disable 1, enable 1         switches one off and on again
  ignore 1 5                  passes over it the next five times
  condition 1 norm(dW2) > 1   gives it another condition
  delete 1, clear dW2         takes it away: by number, by place

A number is not given twice. Signs of ill health (NaN, dead units, a cost that rises …) stop a motion too, without \
being asked for: health lists them, disable nan silences one, disable health all of them."""

CONDITIONS = """\
A condition is a formula over the values where it is asked, in the language that the equations are written in.

  break if J > previous(J)         the cost rose: previous(x) is x in the iteration before
  break dW2 if norm(dW2) < 1e-6    asked only where dW2 has been computed
  break if any(isnan(Z2))          one entry is enough
  break if largest_update > 0.1    an update changed some entry of a parameter by more
  break if mean(A1 == 0) > 0.5     more than half of the units are silent
  break if all(abs(W1) < 10)       so is without all: of a matrix every entry has to fulfil it

Without a place it is asked whenever something that it reads has been computed; largest_update is known where an \
iteration ends. condition 1 J < 0.5 gives stop 1 another one, condition 1 takes it away.

expect takes a condition too, and watch any formula: watch norm(dW1) > 1 stops where it begins or ceases to hold."""

TRAVEL = """\
A run is a line of positions, one after each operation of each iteration. Every motion goes along it, forwards or \
back; what shows is always what a fresh run to that position computes, bit for bit.

  step, next, finish, continue     on: an operation, an equation, a phase, to the next stop
  rs, rn, rf, rc                   the same backwards; what was computed there is undone
  goto 12:dW2, goto -1, start      anywhere
  last W1[0,1]                     back to what last changed it, and again to what did before
  origin nan                       back to the operation that made the first NaN or infinity
  mark here, goto @here            a place to come back to
  set W1[0,1] = 0.5                what would have been: on a branch, from here on
  branch main, diff main           back to the run as it was; how the two differ

Nothing is lost by going back: the way forward computes the same again."""

TOPICS = {"stops": STOPS, "conditions": CONDITIONS, "time travel": TRAVEL}
"""By the name that help takes, of which a word is enough."""
