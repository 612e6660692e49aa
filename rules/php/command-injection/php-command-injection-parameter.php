<?php
function resize($file, $width)
{
    // ruleid: php-command-injection-parameter
    exec("convert $file -resize {$width} out.png");
}

class Backup
{
    public function dump(string $database, int $level)
    {
        $command = 'mysqldump ' . $database . ' | gzip > /var/backup.gz';
        // ruleid: php-command-injection-parameter
        shell_exec($command);
        // ok: php-command-injection-parameter
        system('gzip -' . $level . ' /var/backup.sql');
    }

    public function restore($file)
    {
        // ok: php-command-injection-parameter
        system('gunzip ' . escapeshellarg($file));
        // ok: php-command-injection-parameter
        system('systemctl restart shop');
    }
}
