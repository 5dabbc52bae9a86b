#include "dialect/console/csv.h"

#include <gtest/gtest.h>

namespace carillon::console {
namespace {

std::string row(std::initializer_list<std::string_view> cells) {
  std::string out;
  append_csv_row(out, cells);
  return out;
}

TEST(Csv, RowsEndInCrLf) { EXPECT_EQ(row({"a", "", "b c"}), "a,,b c\r\n"); }

TEST(Csv, QuotesWhatWouldBreakTheRow) {
  EXPECT_EQ(row({"a,b"}), "\"a,b\"\r\n");
  EXPECT_EQ(row({"say \"hi\""}), "\"say \"\"hi\"\"\"\r\n");
  EXPECT_EQ(row({"two\nlines", "two\r\nlines"}), "\"two\nlines\",\"two\r\nlines\"\r\n");
  EXPECT_EQ(row({" a", "a "}), "\" a\",\"a \"\r\n");
}

TEST(Csv, FormulasBecomeText) {
  EXPECT_EQ(row({"=1+1", "+1", "-1", "@a"}), "'=1+1,'+1,'-1,'@a\r\n");
  EXPECT_EQ(row({"=HYPERLINK(\"http://x\",1)"}), "\"'=HYPERLINK(\"\"http://x\"\",1)\"\r\n");
  EXPECT_EQ(row({"\t=1"}), "'\t=1\r\n");
  EXPECT_EQ(row({"a=1", "1-2"}), "a=1,1-2\r\n");
}

TEST(Csv, OtherScriptsStayAsTheyAre) { EXPECT_EQ(row({"李雷"}), "李雷\r\n"); }

}  // namespace
}  // namespace carillon::console
