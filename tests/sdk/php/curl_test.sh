#!/bin/sh
# curl exactly as the documents' samples use it: -i, pretty-printed bodies with tabs and newlines,
# GET and DELETE without a body, one connection each. Needs CARILLON_URL.
set -eu

url=${CARILLON_URL:?start this through run.py}
checks=0

fail() {
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

# expect FACT PATTERN TEXT
expect() {
  checks=$((checks + 1))
  printf '%s' "$3" | grep -q -e "$2" || fail "$1: no $2 in: $3"
}

# value NAME JSON: a string member's value
value() {
  printf '%s' "$2" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}

answer=$(curl -sS -i -X POST "$url/open-apis/auth/v3/tenant_access_token/internal" \
  -H 'Content-Type: application/json; charset=utf-8' \
  -d '{
	"app_id": "cli_demo",
	"app_secret": "s3cret"
}')
expect 'a token is handed out' '"code":0' "$answer"
expect 'header names are spelled as the SDKs know them' '^Content-Type: application/json' "$answer"
expect 'a log id is sent' '^X-Tt-Logid: [0-9]\{14\}[0-9A-F]\{20\}' "$answer"
token=$(value tenant_access_token "$answer")

# One of the documents' bodies, tabs and a trailing blank included.
tab=$(printf '\t')
body="{
$tab\"open_ids\": [
$tab$tab\"ou_a18fe85d22e7633852d8104226e99eac\",
$tab$tab\"ou_9204a37300b3700d61effaa439f34295\"
$tab],
$tab\"department_ids\": [
$tab$tab\"od-5b91c9affb665451a16b90b4be367efa\"
$tab],
$tab\"msg_type\": \"post\",
$tab\"content\": {
$tab$tab\"post\":{
$tab$tab$tab\"zh_cn\": {
$tab$tab$tab$tab\"title\": \"我是一个标题\",
$tab$tab$tab$tab\"content\": [
$tab$tab$tab$tab$tab[{
$tab$tab$tab$tab$tab$tab\"tag\": \"text\",
$tab$tab$tab$tab$tab$tab\"text\": \"第一行\"
$tab$tab$tab$tab$tab},
$tab$tab$tab$tab$tab{
$tab$tab$tab$tab$tab$tab\"tag\": \"a\",
$tab$tab$tab$tab$tab$tab\"href\": \"http://www.larksuite.com\",
$tab$tab$tab$tab$tab$tab\"text\": \"Lark\"
$tab$tab$tab$tab$tab}
$tab$tab$tab$tab$tab]
$tab$tab$tab$tab]
$tab$tab$tab}
$tab$tab}
$tab}
} "
# curl's own Content-Type for -d is a form's: it must not matter.
for type in 'application/json; charset=utf-8' 'application/x-www-form-urlencoded' 'text/plain'; do
  answer=$(curl -sS -i -X POST "$url/open-apis/message/v4/batch_send/" \
    -H "Authorization: Bearer $token" -H "Content-Type: $type" --data-binary "$body")
  expect "batch_send as $type" '"code":0' "$answer"
done
# With --data curl strips the line breaks but leaves the tabs.
answer=$(curl -sS -i -X POST "$url/open-apis/message/v4/batch_send" \
  -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d "$body")
expect 'batch_send without the slash' '^HTTP/1.1 200' "$answer"
id=$(value message_id "$answer")
task="$url/open-apis/im/v1/batch_messages/$id"

for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  answer=$(curl -sS -i -X GET "$task/get_progress" -H "Authorization: Bearer $token")
  case $answer in *'"success_user_ids_count":3'*) break ;; esac
  sleep 0.1
done
expect 'get_progress' '"valid_user_ids_count":3,"success_user_ids_count":3' "$answer"
answer=$(curl -sS -i -X GET "$task/read_user" -H "Authorization: Bearer $token")
expect 'read_user' '"read_count":"0","total_count":"3"' "$answer"
answer=$(curl -sS -i -X DELETE "$task" -H "Authorization: Bearer $token")
expect 'recall' '"code":0' "$answer"
answer=$(curl -sS -i -X GET "$task/get_progress" -H "Authorization: Bearer $token")
expect 'a recall shows' '"recall":true' "$answer"

# Above 1 MiB curl says Expect: 100-continue and waits a second for an answer to that.
big=$(mktemp)
trap 'rm -f "$big"' EXIT
{
  printf '{"user_ids":["lucy"],"msg_type":"text","content":{"text":"'
  head -c 1100000 /dev/zero | tr '\0' x
  printf '"}}'
} >"$big"
answer=$(curl -sS -X POST "$url/open-apis/message/v4/batch_send/" \
  -H "Authorization: Bearer $token" -H 'Content-Type: application/json' --data-binary "@$big" -w '\n%{time_total}')
expect 'a body above 1 MiB is refused with the documented code' '"code":10002' "$answer"
expect 'and at once' '^0\.[0-7]' "$(printf '%s' "$answer" | tail -n 1)"

task=$url/open-apis/im/v1/batch_messages/bm-0b3d5d1b2df7c6d5dbd1abe2c91e2217
answer=$(curl -sS -i -X GET "$task/get_progress" -H "Authorization: Bearer $token")
expect 'an unknown batch: status' '^HTTP/1.1 400' "$answer"
expect 'an unknown batch: code' '"code":230030' "$answer"
answer=$(curl -sS -i -X GET "$task/get_progress")
expect 'no token' '"code":99991661' "$answer"
echo "curl: $checks checks"
