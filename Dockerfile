# One container for one machine. Inside it the app listens on every address of the container; the
# outside decides who may reach it: publish the port to loopback only
#   docker build -t llm-speed-lab . && docker run --rm -p 127.0.0.1:8501:8501 -v lab:/data llm-speed-lab
# and read docs/deployment.md before you publish it any further.
FROM python:3.11-slim

# The CPU build of PyTorch: --build-arg TORCH_INDEX=<the CPU address on PyTorch's "Get started" page>
ARG TORCH_INDEX=""

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 LAB_HOME=/data
WORKDIR /app

# The sandbox for learner code. Docker's own profile forbids the namespaces that bubblewrap needs;
# there the lab falls back on Landlock and the same filter of system calls.
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap libseccomp2 \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 1000 lab && mkdir /data && chown lab /data

COPY requirements.txt .
RUN if [ -n "$TORCH_INDEX" ]; then \
      pip install --no-deps --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.txt)"; \
    fi && pip install -r requirements.txt

COPY .streamlit .streamlit
COPY app.py LICENSE THIRD_PARTY.md ./
COPY assets assets
COPY lesson_core lesson_core
COPY pages pages

USER lab
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["python", "-m", "streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true"]
