#include "access/token.h"

#include <cctype>

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"
#include "tests/support/people.h"

namespace carillon {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class TokenTest : public testing::Test {
 protected:
  TokenTest() { organisation = make_organisation({"ann", "bob"}); }

  App const& app() const { return *organisation->apps->find("cli_a"); }
  IssuedToken issue() const {
    return tokens.issue(TokenKind::tenant, TenantNo{1}, app(), app().secrets[0], clock.now());
  }
  bool good(IssuedToken const& token) const {
    return tokens.verify(TokenKind::tenant, token.hex, *organisation, clock.now()).has_value();
  }
  void withdraw_secret() {
    auto registry = std::make_shared<AppRegistry>(*organisation->apps);
    App changed = app();
    changed.secrets[0].withdrawn = true;
    registry->put(changed);
    auto next = std::make_shared<Organisation>(*organisation);
    next->apps = registry;
    organisation = next;
  }

  ManualClock clock;
  Tokens tokens{Key{1, 2, 3}};
  std::shared_ptr<Organisation const> organisation;
};

TEST_F(TokenTest, AskingTwiceInAWindowGivesTheSameToken) {
  auto const first = issue();
  clock.advance(seconds(1));
  auto const second = issue();
  // A new window may begin in this second; then, and only then, the remaining time grows.
  EXPECT_EQ(first.hex == second.hex, second.remaining < first.remaining);
}

TEST_F(TokenTest, RemainingStaysOver1800AndAtMost7200) {
  for (int i = 0; i < 200; ++i) {
    auto const token = issue();
    EXPECT_GT(token.remaining, seconds(1800));
    EXPECT_LE(token.remaining, seconds(7200));
    clock.advance(minutes(1));
  }
}

TEST_F(TokenTest, TheOldTokenStaysGoodUntilItsOwnEnd) {
  auto const token = issue();
  clock.advance(token.remaining - seconds(1));
  EXPECT_TRUE(good(token));
  clock.advance(seconds(2));
  EXPECT_FALSE(good(token));
}

TEST_F(TokenTest, EveryChangedDigitIsRefused) {
  auto const token = issue();
  for (std::size_t i = 0; i < token.hex.size(); ++i) {
    auto forged = token.hex;
    forged[i] = forged[i] == '0' ? '1' : '0';
    EXPECT_FALSE(good({forged, {}})) << "digit " << i;
  }
}

TEST_F(TokenTest, AWithdrawnSecretsTokensAreRefused) {
  auto const token = issue();
  EXPECT_TRUE(good(token));
  withdraw_secret();
  EXPECT_FALSE(good(token));
}

TEST_F(TokenTest, OneKindIsNotAnother) {
  auto const token = issue();
  EXPECT_FALSE(tokens.verify(TokenKind::app, token.hex, *organisation, clock.now()));
  EXPECT_FALSE(tokens.verify_session(TokenKind::person, token.hex, *organisation, clock.now()));
}

TEST_F(TokenTest, AnotherInstallationsTokenIsRefused) {
  Tokens const others{Key{9}};
  auto const token =
      others.issue(TokenKind::tenant, TenantNo{1}, app(), app().secrets[0], clock.now());
  EXPECT_FALSE(good(token));
}

TEST_F(TokenTest, ASessionEndsAtItsTime) {
  auto const hex =
      tokens.issue_session(TokenKind::person, TenantNo{1}, UserNo{2}, clock.now() + minutes(5));
  auto const person = tokens.verify_session(TokenKind::person, hex, *organisation, clock.now());
  ASSERT_TRUE(person);
  EXPECT_EQ(person->user, UserNo{2});
  clock.advance(minutes(7));
  EXPECT_FALSE(tokens.verify_session(TokenKind::person, hex, *organisation, clock.now()));
}

TEST_F(TokenTest, NoTwoSessionsAreAlikeAndEachKnowsItself) {
  auto const end = clock.now() + minutes(5);
  auto const first = tokens.issue_session(TokenKind::code, TenantNo{1}, UserNo{2}, end);
  auto const second = tokens.issue_session(TokenKind::code, TenantNo{1}, UserNo{2}, end);
  EXPECT_NE(first, second);
  auto const read = [&](std::string const& hex) {
    return tokens.verify_session(TokenKind::code, hex, *organisation, clock.now());
  };
  EXPECT_NE(read(first)->id, read(second)->id);
  auto upper = first;
  for (auto& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(read(upper)->id, read(first)->id) << "spelled otherwise it is the same";
  EXPECT_FALSE(tokens.verify_session(TokenKind::person, first, *organisation, clock.now()));
  for (std::size_t at = 0; at < first.size(); ++at) {
    auto forged = first;
    forged[at] = forged[at] == '0' ? '1' : '0';
    EXPECT_FALSE(read(forged)) << at;
  }
  EXPECT_FALSE(read(first + "00"));
}

TEST_F(TokenTest, AnOperatorsSessionNamesTheirRevision) {
  auto const hex = tokens.issue_operator(OperatorNo{7}, 0x12345678, clock.now() + minutes(5));
  auto const session = tokens.verify_operator(hex, clock.now());
  ASSERT_TRUE(session);
  EXPECT_EQ(session->no, OperatorNo{7});
  EXPECT_EQ(session->revision, 0x345678u);
  EXPECT_FALSE(tokens.verify_operator(hex, clock.now() + minutes(7)));
  auto const person =
      tokens.issue_session(TokenKind::person, TenantNo{1}, UserNo{2}, clock.now() + minutes(5));
  EXPECT_FALSE(tokens.verify_operator(person, clock.now()));
}

TEST_F(TokenTest, ATicketIsGoodForTwelveHoursForItsApp) {
  auto const ticket = tokens.issue_ticket(app(), clock.now());
  EXPECT_TRUE(tokens.is_ticket(ticket, app(), clock.now()));
  clock.advance(std::chrono::hours(11));
  EXPECT_TRUE(tokens.is_ticket(ticket, app(), clock.now()));
  EXPECT_NE(tokens.issue_ticket(app(), clock.now()), ticket);
  clock.advance(std::chrono::hours(1));
  EXPECT_FALSE(tokens.is_ticket(ticket, app(), clock.now()));
  App other = app();
  other.no = AppNo{9};
  EXPECT_FALSE(tokens.is_ticket(tokens.issue_ticket(other, clock.now()), app(), clock.now()));
  EXPECT_FALSE(tokens.is_ticket(issue().hex, app(), clock.now())) << "another kind";
  EXPECT_FALSE(tokens.is_ticket("", app(), clock.now()));
}

TEST_F(TokenTest, AnAppTokenKnowsItsSecret) {
  auto const token = tokens.issue(TokenKind::app, TenantNo{}, app(), app().secrets[0], clock.now());
  auto const known = tokens.verify_app(token.hex, *organisation, clock.now());
  ASSERT_TRUE(known);
  EXPECT_EQ(known->app, &app());
  EXPECT_EQ(known->secret, &app().secrets[0]);
  EXPECT_FALSE(tokens.verify_app(issue().hex, *organisation, clock.now())) << "a tenant's token";
  withdraw_secret();
  EXPECT_FALSE(tokens.verify_app(token.hex, *organisation, clock.now()));
}

TEST_F(TokenTest, ADoorIsOpenForAMinuteOrTwo) {
  auto const door = tokens.issue_door(app(), app().secrets[0], clock.now());
  auto const known = tokens.verify_door(door, *organisation, clock.now() + seconds(59));
  ASSERT_TRUE(known);
  EXPECT_EQ(known->app, &app());
  EXPECT_EQ(known->secret, &app().secrets[0]);
  EXPECT_FALSE(tokens.verify_door(door, *organisation, clock.now() + minutes(2)));
  EXPECT_FALSE(tokens.verify_door(issue().hex, *organisation, clock.now()));
  withdraw_secret();
  EXPECT_FALSE(tokens.verify_door(door, *organisation, clock.now()));
}

}  // namespace
}  // namespace carillon
