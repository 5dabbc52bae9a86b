#include "core/search_directory.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/people.h"

namespace carillon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SearchDirectory : public testing::Test {
 protected:
  SearchDirectory() {
    std::vector<TestUser> users{"ann", "Bob", "hannah", "x-ann"};
    for (int n = 0; n < 50; ++n) users.emplace_back("crowd" + std::to_string(n));
    organisation = make_organisation(users);
  }
  DirectoryFinds find(std::string text, std::size_t limit = 20, std::size_t work = 1000,
                      SearchPlace from = {}) const {
    return search_directory(directory(), ids, {std::move(text), from, limit, work});
  }
  std::vector<std::string> names(DirectoryFinds const& found) const {
    std::vector<std::string> out;
    for (auto const user : found.users) out.emplace_back(directory().user_id(user));
    return out;
  }
  Directory const& directory() const { return *organisation->directories[0]; }

  IdSealer ids{Key{1}};
  std::shared_ptr<Organisation const> organisation;
};

TEST_F(SearchDirectory, TheExactIdComesFirstThenPartsOfNames) {
  EXPECT_THAT(names(find("hannah")), ElementsAre("hannah"));
  EXPECT_THAT(names(find("x-ann")), ElementsAre("x-ann"));
  EXPECT_THAT(names(find("ann")), ElementsAre("ann", "hannah", "x-ann"));
  EXPECT_THAT(names(find("nobody")), IsEmpty());
}

TEST_F(SearchDirectory, LettersOfAsciiAreTheSameInEitherCase) {
  EXPECT_THAT(names(find("BOB")), ElementsAre("Bob"));
  EXPECT_THAT(names(find("bo")), ElementsAre("Bob"));
}

TEST_F(SearchDirectory, DepartmentsAreFoundByTheirIdsAndNames) {
  EXPECT_THAT(find("eng").departments, ElementsAre(DepartmentNo{2}, DepartmentNo{3}));
  EXPECT_THAT(find("web").departments, ElementsAre(DepartmentNo{3}));
}

TEST_F(SearchDirectory, PagesTogetherAreEverythingOnce) {
  for (std::size_t const work : {3u, 7u, 1000u}) {
    std::vector<std::string> seen;
    SearchPlace place;
    int calls = 0;
    for (bool more = true; more;) {
      auto const found = find("crowd", 4, work, place);
      EXPECT_LE(found.users.size(), 4u);
      auto const page = names(found);
      seen.insert(seen.end(), page.begin(), page.end());
      more = found.next.has_value();
      if (more) place = *found.next;
      ASSERT_LT(++calls, 200);
    }
    EXPECT_EQ(seen.size(), 50u);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 50u);
  }
}

TEST_F(SearchDirectory, ACallLooksAtABoundedPart) {
  auto const found = find("crowd49", 20, 10);
  EXPECT_THAT(names(found), ElementsAre("crowd49")) << "an exact id needs no search";
  EXPECT_TRUE(found.next);
  EXPECT_THAT(names(find("rowd49", 20, 10)), IsEmpty());
}

}  // namespace
}  // namespace carillon
