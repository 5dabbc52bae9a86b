<?php
// Guzzle exactly as the documents' PHP samples use it: a Request with the body 'null' on GET and
// DELETE, sendAsync()->wait(), the answer's body read as text.

declare(strict_types=1);

require __DIR__ . '/check.php';

use GuzzleHttp\Client;
use GuzzleHttp\Exception\ClientException;
use GuzzleHttp\Psr7\Request;

$base = environment('CARILLON_URL');
$client = new Client();

function call_api(Client $client, string $method, string $url, string $token, string $body): array
{
    $headers = ['Authorization' => 'Bearer ' . $token, 'Content-Type' => 'application/json'];
    $res = $client->sendAsync(new Request($method, $url, $headers, $body))->wait();
    return json_decode((string) $res->getBody(), true, 64, JSON_THROW_ON_ERROR);
}

$tokenUrl = $base . '/open-apis/auth/v3/tenant_access_token/internal';
$request = new Request('POST', $tokenUrl, ['Content-Type' => 'application/json'],
    json_encode(['app_id' => 'cli_demo', 'app_secret' => 's3cret']));
$answer = json_decode((string) $client->sendAsync($request)->wait()->getBody(), true);
equal($answer['code'], 0, 'a token is handed out');
$token = $answer['tenant_access_token'];

// PHP's json_encode writes non-ASCII text as \uXXXX and a slash as \/.
$sent = call_api($client, 'POST', $base . '/open-apis/message/v4/batch_send/', $token, json_encode([
    'department_ids' => ['sales'],
    'msg_type' => 'text',
    'content' => ['text' => '周五 17:00 见 http://acme.test/喵 🎉'],
]));
equal($sent['code'], 0, 'batch_send succeeds');
$id = $sent['data']['message_id'];
$task = $base . '/open-apis/im/v1/batch_messages/' . $id;

for ($tries = 0; $tries < 500; ++$tries) {
    $progress = call_api($client, 'GET', $task . '/get_progress', $token, 'null');
    if ($progress['data']['batch_message_send_progress']['success_user_ids_count'] === 3) {
        break;
    }
    usleep(10000);
}
equal($progress, [
    'code' => 0,
    'msg' => 'success',
    'data' => [
        'batch_message_send_progress' => [
            'valid_user_ids_count' => 3, 'success_user_ids_count' => 3, 'read_user_ids_count' => 0,
        ],
        'batch_message_recall_progress' => ['recall' => false, 'recall_count' => 0],
    ],
], 'get_progress with the body null');
equal(call_api($client, 'GET', $task . '/read_user', $token, 'null'), [
    'code' => 0,
    'data' => ['read_user' => ['read_count' => '0', 'total_count' => '3']],
    'msg' => 'ok',
], 'read_user with the body null');
equal(call_api($client, 'DELETE', $task, $token, 'null')['code'], 0, 'DELETE with the body null');

// Above 1 MiB Guzzle's curl handler says Expect: 100-continue and waits a second for an answer to
// that. Whatever the server thinks of such a body, it must say so at once.
foreach ([1_020_000, 1_060_000, 3_000_000] as $size) {
    $body = json_encode(['user_ids' => ['lucy'], 'msg_type' => 'text',
        'content' => ['text' => str_repeat('x', $size)]]);
    $headers = ['Authorization' => 'Bearer ' . $token, 'Content-Type' => 'application/json'];
    $request = new Request('POST', $base . '/open-apis/message/v4/batch_send/', $headers, $body);
    $began = microtime(true);
    $res = $client->sendAsync($request)->wait();
    $seconds = microtime(true) - $began;
    $code = json_decode((string) $res->getBody(), true)['code'] ?? null;
    equal($code, 10002, "a text of $size bytes is too large");
    check($seconds < 0.8, "a body of $size bytes was kept waiting for $seconds s");
}
$progress = call_api($client, 'GET', $task . '/get_progress', $token, 'null');
equal($progress['code'], 0, 'the next call works');

// Errors as Guzzle's users meet them.
try {
    $unknown = $base . '/open-apis/im/v1/batch_messages/bm-0b3d5d1b2df7c6d5dbd1abe2c91e2217';
    call_api($client, 'GET', $unknown . '/get_progress', $token, 'null');
    check(false, 'an unknown batch must be refused');
} catch (ClientException $problem) {
    equal($problem->getResponse()->getStatusCode(), 400, 'status of an unknown batch');
    $body = json_decode((string) $problem->getResponse()->getBody(), true);
    equal($body['code'], 230030, 'code of an unknown batch');
    check($problem->getResponse()->getHeaderLine('X-Tt-Logid') !== '', 'a log id is sent');
}

// One client, many calls: the connection is kept.
for ($n = 0; $n < 200; ++$n) {
    equal(call_api($client, 'GET', $task . '/read_user', $token, 'null')['code'], 0, "call $n");
}
echo "guzzle: $checks checks\n";
