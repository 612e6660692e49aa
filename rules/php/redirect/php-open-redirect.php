<?php
function done($request)
{
    // ruleid: php-open-redirect
    header('Location: ' . $_GET['next']);
    $back = $_POST['back'];
    // ruleid: php-open-redirect
    header("Location: $back");
    // ruleid: php-open-redirect
    return redirect($request->input('next'));
}

function checked($request)
{
    // ok: php-open-redirect
    header('Location: /shop?q=' . urlencode($_GET['q']));
    // ok: php-open-redirect
    header('Location: /orders/' . $_GET['id']);
    $next = $_GET['next'];
    if (!in_array($next, ['/home', '/cart'], true)) {
        $next = '/home';
    }
    // ok: php-open-redirect
    header('Location: ' . $next);
    // ok: php-open-redirect
    return redirect()->route('home', ['q' => $request->input('q')]);
}
