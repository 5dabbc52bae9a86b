#include "server/prompt.h"

#include <cstdio>
#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace carillon::server {
namespace {

// Keeps the terminal from showing what is typed, as long as this lives.
class Unseen {
 public:
  Unseen() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    auto quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~Unseen() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(Unseen const&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

std::string ask(char const* what) {
  std::fprintf(stderr, "%s: ", what);
  std::string line;
  {
    Unseen const unseen;
    std::getline(std::cin, line);
  }
  std::fputc('\n', stderr);
  return line;
}

}  // namespace

Result<std::string> ask_new_password() {
  std::string password;
  if (isatty(STDIN_FILENO) == 1) {
    password = ask("New password");
    if (ask("Once more") != password) return fail(Errc::invalid_field, "the two differ");
  } else {
    std::getline(std::cin, password);
  }
  if (password.empty()) return fail(Errc::invalid_field, "no password was given on stdin");
  return password;
}

}  // namespace carillon::server
