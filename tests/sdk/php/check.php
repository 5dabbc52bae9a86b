<?php
// What both PHP test files use: one check a fact, counted, the first failure ends the file.

declare(strict_types=1);

require '/usr/share/php/GuzzleHttp/autoload.php';

$checks = 0;

function check(bool $holds, string $fact): void
{
    global $checks;
    ++$checks;
    if (!$holds) {
        fwrite(STDERR, "FAILED: $fact\n");
        exit(1);
    }
}

function equal($seen, $expected, string $fact): void
{
    $story = ': expected ' . json_encode($expected) . ', seen ' . json_encode($seen);
    // Members of an object come in any order.
    $same = is_array($expected) ? $seen == $expected : $seen === $expected;
    check($same, $fact . $story);
}

function environment(string $name): string
{
    $value = getenv($name);
    check($value !== false && $value !== '', "$name is set; start this through run.py");
    return $value;
}
