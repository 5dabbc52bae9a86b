#!/usr/bin/env python3
"""The tidy test can fail: each rule finds a line that breaks it, and passes one that does not."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import tidy  # noqa: E402


def findings(check, name, text):
    tidy.problems.clear()
    check(tidy.ROOT / name, text.split("\n"))
    return len(tidy.problems)


class Tidy(unittest.TestCase):
    def test_a_domain_folder_may_not_look_upwards(self):
        self.assertEqual(findings(tidy.check_includes, "src/batch/x.cc", '#include "core/view.h"'), 1)
        self.assertEqual(findings(tidy.check_includes, "src/core/x.cc", '#include "batch/batch.h"'), 0)

    def test_a_library_has_one_home(self):
        self.assertEqual(findings(tidy.check_includes, "src/core/x.cc", "#include <sqlite3.h>"), 1)
        self.assertEqual(findings(tidy.check_includes, "src/store/sqlite/x.cc", "#include <sqlite3.h>"), 0)

    def test_a_dialect_sees_no_sockets(self):
        self.assertEqual(findings(tidy.check_includes, "src/dialect/feishu/x.cc", '#include "http/listener.h"'), 1)
        self.assertEqual(findings(tidy.check_includes, "src/dialect/feishu/x.cc", '#include "http/router.h"'), 0)

    def test_one_dialect_does_not_include_another(self):
        self.assertEqual(
            findings(tidy.check_includes, "src/dialect/feishu/x.cc", '#include "dialect/console/errors.h"'), 1)

    def test_vendor_words_stay_in_dialects(self):
        self.assertEqual(findings(tidy.check_words, "src/core/x.cc", 'x = "batch_send";'), 1)
        self.assertEqual(findings(tidy.check_words, "src/dialect/feishu/x.cc", 'x = "batch_send";'), 0)

    def test_temporaries_inside_co_await_are_found(self):
        bad = ["co_await run([s] { s(); });", "co_await f(Opt{a, b});", "co_await f({1, 2});"]
        for line in bad:
            self.assertEqual(findings(tidy.check_coroutines, "src/http/x.cc", line), 1, line)
        self.assertEqual(findings(tidy.check_coroutines, "src/http/x.cc", "co_await f(std::move(opt));"), 0)

    def test_a_header_needs_its_head_comment(self):
        self.assertEqual(findings(tidy.check_head_comment, "src/core/x.h", "#pragma once"), 1)

    def test_long_lines_are_found(self):
        self.assertEqual(findings(tidy.check_columns, "src/core/x.cc", "x" * 101), 1)

    def test_two_apis_of_one_number_are_found(self):
        two = "constexpr Api kOne{0xfff0, a};\nconstexpr Api kTwo{0xfff0, b};"
        self.assertEqual(findings(tidy.check_api_numbers, "src/dialect/feishu/x.h", two), 1)


if __name__ == "__main__":
    unittest.main()
