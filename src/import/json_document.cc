// Takes a JSON document apart at the levels above entities; each entity is then parsed whole.
#include <optional>
#include <utility>

#include "import/formats.h"
#include "json/writer.h"

namespace carillon {
namespace {

// After stop() every function returns without doing anything.
class DocumentReader {
 public:
  DocumentReader(ByteReader& in, Wanted wanted, Problems& problems, Source::Take const& take)
      : in_(in), wanted_(wanted), problems_(problems), take_(take) {}

  void read() {
    members([this](std::string const& key) {
      if (key == "tenants") {
        elements(key, [this](std::uint32_t index) { read_tenant(index); });
      } else if (key == "apps") {
        elements(key, [this](std::uint32_t index) {
          read_entity(EntityKind::app, Place::kNone, index);
        });
      } else {
        read_value(wanted_ == Wanted::all_but_users);
      }
    });
    skip_space();
    if (going() && in_.peek() != ByteReader::kEnd) stop("there is more after the end of the JSON");
  }

 private:
  bool going() const { return !stopped_ && !problems_.many(); }

  void stop(std::string_view why) {
    if (!stopped_) problems_.add(in_.line(), why);
    stopped_ = true;
  }

  void skip_space() {
    while (in_.peek() == ' ' || in_.peek() == '\t' || in_.peek() == '\n' || in_.peek() == '\r') {
      in_.get();
    }
  }

  bool expect(char wanted) {
    skip_space();
    if (!going()) return false;
    if (in_.peek() == wanted) {
      in_.get();
      return true;
    }
    if (in_.peek() == ByteReader::kEnd) {
      stop("the file ends in the middle of the JSON");
    } else {
      stop(std::string("expected '") + wanted + "' here");
    }
    return false;
  }

  // After an item: whether another one follows before `close`.
  bool another(char close) {
    skip_space();
    if (in_.peek() == ',') {
      in_.get();
      return true;
    }
    expect(close);
    return false;
  }

  // Calls member(key) at each value of the object at hand, which it must read.
  template <class EachMember>
  void members(EachMember const& member) {
    if (!expect('{')) return;
    skip_space();
    if (in_.peek() == '}') {
      in_.get();
      return;
    }
    do {
      skip_space();
      if (in_.peek() != '"') {
        expect('"');
        return;
      }
      read_value(true);
      if (!going()) return;
      auto const key = std::string(value_.root().string());
      if (!expect(':')) return;
      member(key);
      if (!going()) return;
    } while (another('}'));
  }

  template <class EachElement>
  void elements(std::string const& name, EachElement const& element) {
    skip_space();
    if (in_.peek() == 'n') {
      read_value(true);
      return;
    }
    if (in_.peek() != '[') {
      stop(name + ": must be a list");
      return;
    }
    in_.get();
    skip_space();
    if (in_.peek() == ']') {
      in_.get();
      return;
    }
    std::uint32_t index = 0;
    do {
      element(index++);
      if (!going()) return;
    } while (another(']'));
  }

  void read_tenant(std::uint32_t tenant) {
    skip_space();
    Place place;
    place.line = in_.line();
    place.tenant = tenant;
    std::string own = "{";  // its fields that are no lists of entities
    members([&](std::string const& key) {
      if (auto const kind = kind_of_list(key)) {
        elements(key, [&](std::uint32_t index) { read_entity(*kind, tenant, index); });
        return;
      }
      read_value(wanted_ == Wanted::all_but_users);
      if (!going() || wanted_ == Wanted::users) return;
      if (own.size() > 1) own += ',';
      json::append_quoted(own, key);
      own.append(":").append(text_);
    });
    if (!going() || wanted_ == Wanted::users) return;
    own += '}';
    parse_and_take(own, place, tenant);
  }

  void read_entity(EntityKind kind, std::uint32_t tenant, std::uint32_t index) {
    skip_space();
    Place place;
    place.line = in_.line();
    place.kind = kind;
    place.tenant = tenant;
    place.item = index;
    bool const ours = (kind == EntityKind::user) == (wanted_ == Wanted::users);
    scan_value(ours);
    if (going() && ours) parse_and_take(text_, place, tenant);
  }

  void parse_and_take(std::string const& text, Place const& place, std::uint32_t tenant) {
    auto const read = entity_.parse(text);
    if (read) {
      take_({place, entity_.root(), tenant});
    } else {
      problems_.add(place, "", read.error().detail);
    }
  }

  // A value of no interest, or a key; parsed so that mistakes in it are found, in one reading.
  void read_value(bool parse) {
    skip_space();
    scan_value(parse);
    if (!going() || !parse) return;
    if (auto const read = value_.parse(text_); !read) stop(read.error().detail);
  }

  // Moves past one value, by its brackets and quotes; its text in text_ if it is kept.
  void scan_value(bool keep) {
    text_.clear();
    skip_space();
    std::size_t depth = 0;
    bool in_string = false;
    auto const take = [&](int c) {
      if (keep) text_ += static_cast<char>(c);
    };
    while (going()) {
      auto const c = in_.peek();
      if (c == ByteReader::kEnd) {
        if (depth != 0 || in_string || text_.empty()) {
          stop("the file ends in the middle of the JSON");
        }
        return;
      }
      if (text_.size() > kEntityBytesMax) {
        stop("a value is longer than 16 MB");
        return;
      }
      if (in_string) {
        take(in_.get());
        if (c == '\\') {
          if (in_.peek() != ByteReader::kEnd) take(in_.get());
        } else if (c == '"') {
          in_string = false;
          if (depth == 0) return;
        }
        continue;
      }
      if (depth == 0 && (c == ',' || c == ']' || c == '}' || c == ':')) {
        if (!keep || !text_.empty()) return;
        stop("a value is missing here");
        return;
      }
      if (depth == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) return;
      take(in_.get());
      if (c == '"') {
        in_string = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return;
      }
    }
  }

  static std::optional<EntityKind> kind_of_list(std::string_view key) {
    for (auto const kind : {EntityKind::department, EntityKind::user, EntityKind::app,
                            EntityKind::chat, EntityKind::image}) {
      if (key.starts_with(name_of(kind)) && key.substr(name_of(kind).size()) == "s") return kind;
    }
    return std::nullopt;
  }

  ByteReader& in_;
  Wanted wanted_;
  Problems& problems_;
  Source::Take const& take_;
  bool stopped_ = false;
  std::string text_;
  json::Document value_;
  json::Document entity_;
};

}  // namespace

void read_json_document(ByteReader& in, Wanted wanted, Problems& problems,
                        Source::Take const& take) {
  DocumentReader(in, wanted, problems, take).read();
}

}  // namespace carillon
