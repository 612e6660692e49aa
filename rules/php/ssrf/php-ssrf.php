<?php
function proxy($client, $request)
{
    // ruleid: php-ssrf
    $ch = curl_init($_GET['url']);
    // ruleid: php-ssrf
    curl_setopt($ch, CURLOPT_URL, $_POST['feed']);
    // ruleid: php-ssrf
    $client->get('http://' . $request->input('host') . '/status');
    $url = $_GET['image'];
    // ruleid: php-ssrf
    $image = file_get_contents($url);

    // ok: php-ssrf
    $ch = curl_init('https://api.example.com/rates');
    $host = $_GET['host'];
    if (!in_array($host, ['api.example.com', 'img.example.com'], true)) {
        return;
    }
    // ok: php-ssrf
    $client->get('https://' . $host . '/status');
    // ok: php-ssrf
    curl_setopt($ch, CURLOPT_POSTFIELDS, $_POST['text']);
    // ok: php-ssrf
    $client->get('https://api.example.com/find?q=' . urlencode($_GET['q']));
}
