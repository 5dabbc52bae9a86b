// A form, urlencoded, as the JSON object that it stands for.
//
// Shape   "a=1&b[c]=2&d[]=3&d[]=4" is {"a":"1","b":{"c":"2"},"d":["3","4"]}: the brackets as PHP's
//         http_build_query() writes them. Every scalar is a string. Of a plain name given twice the
//         last one counts; keys 0 to n-1 make an array.
// Errors  None: whatever is no pair is a name without a value; names nested too deep are dropped.
// Cost    n log n in the pairs. Pure.
#pragma once

#include <string>
#include <string_view>

namespace carillon::dingtalk {

std::string form_as_json(std::string_view form);

}  // namespace carillon::dingtalk
