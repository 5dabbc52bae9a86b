// Event settings are kept sealed and come back whole.
#include "access/event_settings.h"

#include <gtest/gtest.h>

namespace carillon {
namespace {

TEST(EventSettings, ComeBackWholeAndAreNotReadable) {
  Key const key = random_key();
  App app;
  EXPECT_EQ(*read_event_settings(key, app), EventSettings{});
  EventSettings const settings{"https://a.test/e", "", "token"};
  set_event_settings(key, settings, app);
  EXPECT_TRUE(app.event_url);
  EXPECT_EQ(*read_event_settings(key, app), settings);
  EXPECT_EQ(app.events_sealed.find("token"), std::string::npos);
  EXPECT_FALSE(read_event_settings(random_key(), app)) << "another installation's key";
  auto const before = app;
  set_event_settings(key, settings, app);
  EXPECT_EQ(app, before) << "nothing has changed";
  set_event_settings(key, {}, app);
  EXPECT_EQ(app, App{});
}

TEST(EventSettings, OnlyAppsInUseWithSomebodyToTellListen) {
  App app;
  EXPECT_FALSE(app.listens());
  app.long_connection = true;
  EXPECT_TRUE(app.listens());
  app.long_connection = false;
  app.event_url = true;
  EXPECT_TRUE(app.listens());
  app.enabled = false;
  EXPECT_FALSE(app.listens());
  app.enabled = true;
  app.deleted = true;
  EXPECT_FALSE(app.listens());
}

}  // namespace
}  // namespace carillon
