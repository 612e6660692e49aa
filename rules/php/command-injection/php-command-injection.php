<?php
function ping($request)
{
    // ruleid: php-command-injection
    system("ping -c 1 " . $_GET['host']);
    $host = $_POST['host'] ?? 'localhost';
    // ruleid: php-command-injection
    $out = shell_exec("nslookup {$host}");
    // ruleid: php-command-injection
    $lines = `host $host`;
    $parts = ['ls'];
    array_push($parts, $request->input('folder'));
    // ruleid: php-command-injection
    exec(implode(' ', $parts), $listing);
    // ruleid: php-command-injection
    Process::fromShellCommandline('tar cf - ' . $request->query->get('name'))->run();
    // ruleid: php-command-injection
    mail('ops@example.com', 'Hello', 'text', 'From: x', '-f' . $_POST['from']);

    // ok: php-command-injection
    system("ping -c 1 " . escapeshellarg($_GET['host']));
    // ok: php-command-injection
    exec('uptime -p ' . (int) $_GET['n']);
    $action = $_GET['action'];
    if (!in_array($action, ['start', 'stop'], true)) {
        exit('unknown action');
    }
    // ok: php-command-injection
    system("service shop " . $action);
    $name = $_GET['name'];
    if (!preg_match('/^[a-z0-9]+$/D', $name)) {
        return;
    }
    // ok: php-command-injection
    system("id " . $name);
    // ok: php-command-injection
    proc_open(['ping', '-c', '1', $host], [], $pipes);
    // ok: php-command-injection
    exec('git rev-parse HEAD');
    // ok: php-command-injection
    exec('convert ' . preg_replace('/[^a-z0-9]/', '', $host));
}
