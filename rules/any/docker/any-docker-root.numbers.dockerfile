FROM debian:12
RUN true
# ruleid: any-docker-root
USER root:root
