<?php
// EasyDingTalk's requests, made with the Guzzle that it uses: base_uri, the token added to the query
// by a middleware, asyncsend_v2 as a form, the queries as JSON.

declare(strict_types=1);

require __DIR__ . '/check.php';

use GuzzleHttp\Client;
use GuzzleHttp\HandlerStack;
use GuzzleHttp\Middleware;
use GuzzleHttp\Psr7\Uri;
use Psr\Http\Message\RequestInterface;

const AGENT = 836390886;
const CONVERSATION = 'topapi/message/corpconversation/';

$base = environment('CARILLON_URL');

function decoded($response): array
{
    check($response->getStatusCode() === 200, 'the status is 200');
    return json_decode((string) $response->getBody(), true, 64, JSON_THROW_ON_ERROR);
}

$plain = new Client(['base_uri' => $base]);
$answer = decoded($plain->request('GET', 'gettoken', [
    'query' => ['appkey' => 'ding1', 'appsecret' => 's3cret2'],
]));
equal($answer['errcode'], 0, 'a token is handed out');
check(is_int($answer['expires_in']) && $answer['expires_in'] <= 7200, 'expires_in is a number');
$token = $answer['access_token'];

$stack = HandlerStack::create();
$stack->push(Middleware::mapRequest(fn (RequestInterface $request) => $request->withUri(
    Uri::withQueryValue($request->getUri(), 'access_token', $token)
)));
$client = new Client(['base_uri' => $base, 'handler' => $stack]);

function post_form(Client $client, string $path, array $parameters): array
{
    return decoded($client->request('POST', CONVERSATION . $path, ['form_params' => $parameters]));
}

function post_json(Client $client, string $path, array $parameters): array
{
    return decoded($client->request('POST', CONVERSATION . $path, ['json' => $parameters]));
}

function finished(Client $client, int $task): array
{
    for ($tries = 0; $tries < 500; ++$tries) {
        $answer = post_json($client, 'getsendprogress', ['agent_id' => AGENT, 'task_id' => $task]);
        if (($answer['progress']['status'] ?? 2) === 2) {
            break;
        }
        usleep(10000);
    }
    unset($answer['request_id']);
    return $answer;
}

// conversation->sendCorporationMessage(): msg as JSON text in a form.
$sent = post_form($client, 'asyncsend_v2', [
    'agent_id' => AGENT,
    'userid_list' => '7cdcc7c2,nobody',
    'dept_id_list' => '103',
    'msg' => json_encode(['msgtype' => 'text', 'text' => ['content' => '周五 17:00 见 🎉']]),
]);
equal($sent['errcode'], 0, 'asyncsend_v2 as a form');
check(is_int($sent['task_id']), 'task_id is a number');
equal(finished($client, $sent['task_id']), [
    'errcode' => 0, 'errmsg' => 'ok', 'progress' => ['progress_in_percent' => 100, 'status' => 2],
], 'corporationMessage()->progress()');

$result = post_json($client, 'getsendresult', ['agent_id' => AGENT, 'task_id' => $sent['task_id']]);
unset($result['request_id']);
equal($result, [
    'errcode' => 0, 'errmsg' => 'ok', 'send_result' => [
        'invalid_user_id_list' => ['nobody'], 'forbidden_user_id_list' => [],
        'failed_user_id_list' => [], 'read_user_id_list' => [],
        'unread_user_id_list' => ['7cdcc7c2', 'lucy', 'lily', 'jim'],
        'invalid_dept_id_list' => [], 'forbidden_list' => [],
    ],
], 'corporationMessage()->result()');

// A caller who gives msg as an array: http_build_query() nests it in brackets.
$nested = post_form($client, 'asyncsend_v2', [
    'agent_id' => AGENT,
    'userid_list' => ['7cdcc7c2', 'lucy'],
    'to_all_user' => false,
    'msg' => ['msgtype' => 'action_card', 'action_card' => [
        'title' => 'T', 'markdown' => '**m**', 'btn_orientation' => 1,
        'btn_json_list' => [['title' => 'one', 'action_url' => 'https://a'],
                            ['title' => 'two', 'action_url' => 'https://b']],
    ]],
]);
equal($nested['errcode'], 0, 'msg as an array in a form');
finished($client, $nested['task_id']);

// conversation->recall(): JSON, and the other name of the number.
equal(post_json($client, 'recall', ['agent_id' => AGENT, 'msg_task_id' => $nested['task_id']])['errcode'],
    0, 'recall');

// Errors come with HTTP 200, or Guzzle would throw.
$wrong = post_json($client, 'getsendprogress', ['agent_id' => AGENT, 'task_id' => 1]);
equal([$wrong['errcode'], $wrong['errmsg']], [40035, 'Invalid parameter'], 'an unknown task');
$denied = decoded($plain->request('POST', CONVERSATION . 'getsendprogress', [
    'query' => ['access_token' => 'wrong'], 'json' => ['agent_id' => AGENT, 'task_id' => 1],
]));
equal([$denied['errcode'], $denied['sub_code']], [88, '40014'], 'a bad token');

// media->uploadImage(): multipart as Guzzle writes it.
$upload = decoded($client->request('POST', 'media/upload', ['multipart' => [
    ['name' => 'type', 'contents' => 'image'],
    ['name' => 'media', 'contents' => "GIF89a\x01\x00\x01\x00", 'filename' => 'dot.gif'],
]]));
equal([$upload['errcode'], $upload['type']], [0, 'image'], 'media/upload');
$shown = post_form($client, 'asyncsend_v2', [
    'agent_id' => AGENT, 'userid_list' => 'lucy',
    'msg' => json_encode(['msgtype' => 'image', 'image' => ['media_id' => $upload['media_id']]]),
]);
equal($shown['errcode'], 0, 'an uploaded image in a message');

echo "easydingtalk: $checks checks\n";
