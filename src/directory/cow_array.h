// CowArray: a sparse array of values that shares with its copies whatever neither has changed.
//
// Shape   Groups of 64 items behind shared pointers, items behind shared pointers. A copy takes the
//         groups; an edit clones the one group and the one item that it touches. Each array object
//         has an edit number of its own, and what it cloned carries it: so it clones once, and
//         never writes to what a copy can see.
// Errors  None. An array that was copied must not be edited any more; snapshots are const anyway.
// Cost    A copy is a pointer for every 64 items; a read two pointers more than a plain array.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace carillon {

inline std::uint64_t next_edit_number() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

template <class T>
class CowArray {
 public:
  CowArray() = default;
  CowArray(CowArray const& other) : groups_(other.groups_) {}
  CowArray(CowArray&& other) noexcept
      : groups_(std::move(other.groups_)), edit_(std::exchange(other.edit_, next_edit_number())) {}
  CowArray& operator=(CowArray other) noexcept {
    std::swap(groups_, other.groups_);
    std::swap(edit_, other.edit_);
    return *this;
  }
  ~CowArray() = default;

  T const* find(std::size_t i) const {
    auto const at = i / kGroup;
    if (at >= groups_.size() || !groups_[at]) return nullptr;
    auto const* const item = groups_[at]->items[i % kGroup].get();
    return item == nullptr ? nullptr : &item->value;
  }
  T const& operator[](std::size_t i) const { return groups_[i / kGroup]->items[i % kGroup]->value; }

  // The item for writing; made if there was none.
  T& edit(std::size_t i) {
    auto& slot = edit_group(i / kGroup).items[i % kGroup];
    if (!slot) {
      slot = std::make_shared<Item>(edit_);
    } else if (slot->edit != edit_) {
      slot = std::make_shared<Item>(edit_, slot->value);
    }
    return slot->value;
  }
  void set(std::size_t i, T value) {
    edit_group(i / kGroup).items[i % kGroup] = std::make_shared<Item>(edit_, std::move(value));
  }
  void erase(std::size_t i) {
    if (find(i) != nullptr) edit_group(i / kGroup).items[i % kGroup].reset();
  }
  void clear() { groups_.clear(); }

  template <class Each>
  void for_each(Each const& each) const {
    for (auto const& group : groups_) {
      if (!group) continue;
      for (auto const& item : group->items) {
        if (item) each(item->value);
      }
    }
  }
  // Those that this array may write to as they are.
  template <class Each>
  void for_each_edited(Each const& each) {
    for (auto const& group : groups_) {
      if (!group || group->edit != edit_) continue;
      for (auto const& item : group->items) {
        if (item && item->edit == edit_) each(item->value);
      }
    }
  }

  std::size_t overhead_bytes() const {
    std::size_t items = 0;
    for_each([&](T const& /*item*/) { ++items; });
    return groups_.size() * (sizeof(Group) + 32) + items * 32;
  }

 private:
  static constexpr std::size_t kGroup = 64;
  struct Item {
    explicit Item(std::uint64_t by) : edit(by) {}
    Item(std::uint64_t by, T from) : edit(by), value(std::move(from)) {}
    std::uint64_t edit;
    T value;
  };
  struct Group {
    std::uint64_t edit = 0;
    std::array<std::shared_ptr<Item>, kGroup> items;
  };

  Group& edit_group(std::size_t at) {
    if (at >= groups_.size()) groups_.resize(at + 1);
    auto& group = groups_[at];
    if (!group) {
      group = std::make_shared<Group>();
    } else if (group->edit != edit_) {
      group = std::make_shared<Group>(*group);
    }
    group->edit = edit_;
    return *group;
  }

  std::vector<std::shared_ptr<Group>> groups_;
  std::uint64_t edit_ = next_edit_number();
};

// One value that its copies share until one of them edits it.
template <class T>
class Cow {
 public:
  T const& operator*() const { return *value_; }
  T const* operator->() const { return value_.get(); }
  void set(T value) { value_ = std::make_shared<T>(std::move(value)); }
  // A copy for writing, which takes the value's place; once for each time it is asked for.
  T& edit() {
    value_ = std::make_shared<T>(*value_);
    return *value_;
  }

 private:
  std::shared_ptr<T> value_ = std::make_shared<T>();
};

}  // namespace carillon
