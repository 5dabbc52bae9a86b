// Operators' accounts, tokens that are good once, and the log of what was done.

#include <gtest/gtest.h>

#include "core/manage_operator.h"
#include "core/note_action.h"
#include "core/spend_token.h"
#include "tests/support/memory_view.h"
#include "tests/support/people.h"

namespace carillon {
namespace {

class SignInTest : public testing::Test {
 protected:
  Operator create(std::string name, Role role = Role::sender) {
    return view.take(*create_operator(view, {std::move(name), role, "hash"}));
  }
  Operator const* find(std::string_view name) const {
    return view.organisation()->operators->find(name);
  }

  MemoryView view{make_organisation({"li"})};
};

TEST_F(SignInTest, ARoleMayDoWhatTheLesserOnesMay) {
  EXPECT_LT(Role::viewer, Role::sender);
  EXPECT_LT(Role::sender, Role::admin);
  for (auto const role : {Role::viewer, Role::sender, Role::admin}) {
    EXPECT_EQ(find_role(role_name(role)), role);
  }
  EXPECT_FALSE(find_role("boss"));
}

TEST_F(SignInTest, NamesAreOfFewKindsOfCharacters) {
  EXPECT_TRUE(is_operator_name("li.lei+a_b-c@example.org"));
  EXPECT_FALSE(is_operator_name(""));
  EXPECT_FALSE(is_operator_name("admin token"));
  EXPECT_FALSE(is_operator_name("a/b"));
  EXPECT_FALSE(is_operator_name(std::string(65, 'a')));
}

TEST_F(SignInTest, AChangeEndsSessionsAndAnEmptyOneDoesNot) {
  auto const made = create("li");
  EXPECT_EQ(create_operator(view, {"li", Role::viewer, ""}).error().code, Errc::already_exists);
  auto const version = view.organisation()->version;
  auto const promoted = view.take(*patch_operator(view, {"li", Role::admin, std::nullopt}));
  EXPECT_EQ(promoted.role, Role::admin);
  EXPECT_EQ(promoted.password_hash, "hash");
  EXPECT_GT(promoted.revision, made.revision);
  EXPECT_GT(view.organisation()->version, version);
  EXPECT_GT(view.take(*patch_operator(view, {"li", std::nullopt, "other"})).revision,
            promoted.revision);
  auto const now = *find("li");
  EXPECT_EQ(view.take(*patch_operator(view, {"li", std::nullopt, std::nullopt})), now);
  EXPECT_EQ(patch_operator(view, {"nobody", Role::admin, std::nullopt}).error().code,
            Errc::not_found);
}

TEST_F(SignInTest, WhoIsMadeAnewUnderAnOldNameHasNoneOfTheOldSessions) {
  auto const before = create("li", Role::admin);
  view.take(*remove_operator(view, "li"));
  EXPECT_EQ(find("li"), nullptr);
  EXPECT_EQ(view.organisation()->operators->find(before.no), nullptr);
  EXPECT_EQ(remove_operator(view, "li").error().code, Errc::not_found);
  auto const other = create("han");
  EXPECT_NE(other.no, before.no) << "the number is not given to somebody else";
  auto const again = create("li", Role::viewer);
  EXPECT_EQ(again.no, before.no);
  EXPECT_GT(again.revision, before.revision);
  EXPECT_EQ(again.role, Role::viewer);
}

TEST_F(SignInTest, WhoIsVouchedForHasAnAccountThatNoOtherCanBe) {
  auto const local = create("boss", Role::admin);
  auto const made = view.take(*admit_operator(view, "boss", Role::sender));
  EXPECT_EQ(made.name, "oidc:boss");
  EXPECT_NE(made.no, local.no);
  EXPECT_EQ(*find("boss"), local);
  EXPECT_TRUE(made.password_hash.empty());
  EXPECT_EQ(create_operator(view, {"oidc:boss", Role::viewer, ""}).error().code,
            Errc::invalid_field);
  EXPECT_EQ(admit_operator(view, "a b", Role::viewer).error().code, Errc::invalid_field);
  EXPECT_EQ(admit_operator(view, "", Role::viewer).error().code, Errc::invalid_field);
}

TEST_F(SignInTest, WhoIsVouchedForHasTheRoleOfTheirLastSignIn) {
  auto const first = view.take(*admit_operator(view, "ann", Role::admin));
  EXPECT_TRUE(admit_operator(view, "ann", Role::admin)->change.empty()) << "sessions go on";
  auto const second = view.take(*admit_operator(view, "ann", Role::viewer));
  EXPECT_EQ(second.no, first.no);
  EXPECT_GT(second.revision, first.revision);
  view.take(*remove_operator(view, "oidc:ann"));
  EXPECT_GT(view.take(*admit_operator(view, "ann", Role::viewer)).revision, second.revision);
}

TEST_F(SignInTest, ATokenIsSpentOnce) {
  SpendToken const first{{1, 2, 3}, view.now() + std::chrono::minutes(5)};
  view.take(*spend_token(view, first));
  EXPECT_EQ(spend_token(view, first).error().code, Errc::token_invalid);
  view.take(*spend_token(view, {{1, 2, 4}, first.expires}));
  EXPECT_EQ(view.spent_tokens.size(), 2u);
}

TEST_F(SignInTest, EntriesOfTheLogAreNumberedInTheirOrder) {
  AuditEntry entry;
  entry.action = "app.change";
  auto const first = view.take(note_action(view, entry));
  auto const second = view.take(note_action(view, entry));
  EXPECT_LT(first, second);
  EXPECT_EQ(view.audit.at(first).at, view.now());
  EXPECT_EQ(view.audit.at(first).status, 0) << "not known yet";
  auto const outcome = note_outcome(first, {"cli_a", "name", 200});
  EXPECT_EQ(outcome.change.audit_outcomes.at(first).status, 200);
}

}  // namespace
}  // namespace carillon
