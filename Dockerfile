# The tools and pipelines on Debian 12, in the official image of Swift:
#     docker build -t feature-init .
#     docker run --rm -it -v "$PWD/results:/feature-init/results" feature-init make results
FROM swift:6.3-bookworm
# The processor to build for: this machine's, or with --build-arg MARCH=x86-64-v3 any that has AVX2.
ARG MARCH=native
ENV MARCH=$MARCH
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends make
WORKDIR /feature-init
COPY . .
RUN make install
CMD ["make", "help"]
