// A connection as its io thread looks after it: told of every second, of the stop, of the end.
#pragma once

#include <cstdint>

#include <boost/intrusive/list_hook.hpp>

namespace carillon::http {

class Guest : public boost::intrusive::list_base_hook<
                  boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  Guest() = default;
  Guest(Guest const&) = delete;
  Guest& operator=(Guest const&) = delete;

  // Called by the thread, never while the connection's own code runs. Only abort() may destroy it.
  virtual void on_tick(std::uint64_t tick) = 0;
  virtual void begin_stop() = 0;  // end in order, soon
  virtual void abort() = 0;

 protected:
  ~Guest() = default;
};

}  // namespace carillon::http
