FROM debian:12
# ruleid: any-docker-add-url
ADD https://example.com/tool.tar.gz /opt/
# ruleid: any-docker-add-url
ADD --chown=app http://example.com/tool /usr/bin/tool
# ok: any-docker-add-url
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/tool /usr/bin/tool
# ok: any-docker-add-url
ADD src /app
# ok: any-docker-add-url
COPY . /app
