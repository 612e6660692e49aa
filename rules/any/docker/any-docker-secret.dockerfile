FROM debian:12
# ruleid: any-docker-secret
ENV DB_PASSWORD=k8Vw2nQz
# ruleid: any-docker-secret
ARG NPM_TOKEN="a81bc81bdead4e5d"
# ruleid: any-docker-secret
ENV API_KEY k8Vw2nQzLp
# ok: any-docker-secret
ARG NPM_TOKEN
# ok: any-docker-secret
ENV DB_PASSWORD=$DB_PASSWORD
# ok: any-docker-secret
ENV DB_PASSWORD_FILE=/run/secrets/db
# ok: any-docker-secret
ENV PATH=/usr/local/bin:$PATH
