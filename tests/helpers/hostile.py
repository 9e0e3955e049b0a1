"""Values as somebody gives them who wants to see what happens: from a list, and generated."""

import re
import unicodedata

from hypothesis import strategies as st

LISTED = ["", " ", "nan", "-inf", "inf", "1e400", "-1", "0", "-0.0", "1e-320", "9" * 5000, "0x10", "1_0", "٣", "½",
          "1,", "true", "TRUE", "None", "null", "[]", "{}", "0j", "1e308+1e308j", "nanj", "1,2,3", "," * 300, "~", "+",
          "%", "%s%n", "{0}", "{batch}", "$\\rho$", "[a](http://b.c)", "www.example.com", "a@b.example", "<img src=x>",
          "**b**", "`c`", "\n\n# d", "\r\nSet-Cookie: e", "\x00", "\x1b[2J", "\u202etxt", "\ud800", "e\u0301" * 50,
          "\U0001f600" * 60, "../../etc/passwd", "a" * 9000, "lstm", "lstm,gru", "lstm+gru", "2:rho=1", "2:" * 400,
          "1:rho=nan", "99999:steps=1", "1000:1020", "5:5"]
TEXTS = st.one_of(st.sampled_from(LISTED), st.text(max_size=60), st.from_regex(r"[-+0-9.e,j~:=]{1,30}", fullmatch=True),
                  st.floats().map(repr), st.integers().map(str))


def is_one_line(line):
    """Short enough to read, and nothing in it acts on what shows it."""
    assert len(line) <= 700, line
    bad = [sign for sign in line if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert bad == [], line
    for quoted in re.findall(r"got (.*?)\.(?: |$)", line):
        assert len(quoted) <= 40, line
    return True
