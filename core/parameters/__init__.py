"""Declare a parameter once: its range, unit, symbol and help become widget, URL key, flag, check and error text.

    @dataclass(frozen=True, kw_only=True)
    class Recurrence(Spec):
        rho: float = number(1.0, 0.0, 2.0, step=0.01, label="Spectral radius", symbol=r"\\rho(W_{hh})", help="...")

An instance that exists is valid: `Spec.__post_init__` checks every field and then `Spec.check` what joins them.

    refusal    the line for a value that is not allowed       numeric, choices, text   the kinds
    idle       when a value has no effect                     spec                   a set of them, field by field
    parameter  what every kind has

It may use nothing of the app.
"""

from core.parameters.choices import Choice, Flag
from core.parameters.idle import Idle, idle_beyond
from core.parameters.numeric import Number, numbers
from core.parameters.parameter import Parameter
from core.parameters.refusal import ParameterError, shown
from core.parameters.spec import Spec, SpecType, choice, complex_list, declare, flag, number, word
from core.parameters.text import ComplexList, Word

__all__ = ["Choice", "ComplexList", "Flag", "Idle", "Number", "Parameter", "ParameterError", "Spec", "SpecType", "Word",
           "choice", "complex_list", "declare", "flag", "idle_beyond", "number", "numbers", "shown", "word"]
