#include "core/content_rules.h"

#include <array>

#include <gtest/gtest.h>

#include "tests/support/people.h"

namespace carillon {
namespace {

// Takes one type, and of it only contents that hold a word.
class OneType final : public ContentRules {
 public:
  OneType(std::string type, std::string word) : type_(std::move(type)), word_(std::move(word)) {}
  bool takes(Organisation const&, TenantNo, App const&, std::string_view type) const override {
    return type == type_;
  }
  Result<void> fill_in(SendBatch& command, App const&, std::string_view type,
                       std::string_view json) const override {
    command.content = {std::string(type), "half done by " + word_};
    if (json.find(word_) == std::string_view::npos) return fail(Errc::bad_content, "no " + word_);
    command.content.json = json;
    return {};
  }
  SendRights const& rights() const override { return rights_; }

 private:
  std::string type_;
  std::string word_;
  SendRights rights_;
};

class ContentRulesTest : public testing::Test {
 protected:
  ContentRulesTest() {
    command.tenant = TenantNo{1};
    command.app = AppNo{1};
  }
  Result<ContentRules const*> apply(std::string_view type, std::string_view json) {
    return apply_rules(rules, *organisation, command, type, json);
  }
  std::shared_ptr<Organisation const> organisation = make_organisation({"ann"});
  OneType first{"text", "first"};
  OneType second{"text", "second"};
  OneType third{"card", "third"};
  std::array<ContentRules const*, 3> rules{&first, &second, &third};
  SendBatch command;
};

TEST_F(ContentRulesTest, AMessageBelongsToTheFirstThatTakesIt) {
  EXPECT_EQ(*apply("text", "first and second"), &first);
  EXPECT_EQ(*apply("text", "second"), &second);
  EXPECT_EQ(command.content.json, "second") << "nothing is left of the attempt before";
  EXPECT_EQ(*apply("card", "third"), &third);
}

TEST_F(ContentRulesTest, WhatNobodyTakesIsRefusedInTheWordsOfTheFirst) {
  auto const refused = apply("text", "other");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::bad_content);
  EXPECT_EQ(refused.error().detail, "no first");
  EXPECT_EQ(command.content.json, "") << "the command is as it was";
  EXPECT_EQ(apply("voice", "other").error().code, Errc::invalid_field);
}

TEST_F(ContentRulesTest, AnAppThatIsGoneSendsNothing) {
  command.app = AppNo{9};
  EXPECT_EQ(apply("text", "first").error().code, Errc::app_deleted);
}

}  // namespace
}  // namespace carillon
