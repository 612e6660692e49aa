FROM debian:12
# ok: any-docker-root
USER root
RUN apt-get install -y nginx
# ok: any-docker-root
USER app
FROM debian:12
RUN true
CMD ["nginx"]
# ruleid: any-docker-root
USER 0:0
