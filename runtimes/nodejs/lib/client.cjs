'use strict';
// A client for the Runtime API that does nothing more than it must: plain HTTP/1.1 over one keep-alive
// connection. A general HTTP client costs more than everything else on a warm invocation together.

const net = require('net');

const RUNTIME = '/2018-06-01/runtime';
const END_OF_HEAD = '\r\n\r\n';
const READ_SIZE = 64 * 1024;
const ACCEPTED = 202;

class RuntimeClient {
  constructor(address) {
    const [host, port] = address.split(':');
    this.host = host;
    this.port = Number(port);
    this.hostHeader = `Host: ${address}\r\n`;
    this.getNext = `GET ${RUNTIME}/invocation/next HTTP/1.1\r\n${this.hostHeader}\r\n`;
    this.socket = undefined;
    this.exchange = undefined;
    this.accepted = undefined;
  }

  /** Waits, without a limit, until the process is given a function. Returns that function's environment variables. */
  async assignment() {
    const { status, body } = await this.send(`GET /hob/assignment HTTP/1.1\r\n${this.hostHeader}\r\n`);
    if (status !== 200) throw new Error(`assignment: status ${status}: ${body}`);
    return JSON.parse(body);
  }

  /** Waits, without a limit, for the next invocation. */
  async next() {
    const { status, headers, body } = await this.send(this.getNext);
    if (status !== 200) throw new Error(`next: status ${status}: ${body}`);
    return { id: headers['lambda-runtime-aws-request-id'], headers, body };
  }

  /** `body` is a string or a Buffer. */
  postResponse(invocation, body, contentType = 'application/json') {
    return this.postResult(invocation, 'response', body, `Content-Type: ${contentType}\r\n`);
  }

  postError(invocation, document) {
    return this.postResult(invocation, 'error', JSON.stringify(document), errorHeaders(document));
  }

  postInitError(document) {
    return this.post('/init/error', JSON.stringify(document), errorHeaders(document));
  }

  postResult(invocation, what, body, headers) {
    const attempt = invocation.headers['lambda-runtime-invocation-id'];
    if (attempt !== undefined) headers += `Lambda-Runtime-Invocation-Id: ${attempt}\r\n`;
    return this.post(`/invocation/${invocation.id}/${what}`, body, headers);
  }

  async post(path, body, headers) {
    const length = Buffer.byteLength(body);
    const head = `POST ${RUNTIME}${path} HTTP/1.1\r\n${headers}${this.hostHeader}Content-Length: ${length}\r\n\r\n`;
    const request = typeof body === 'string' ? head + body : Buffer.concat([Buffer.from(head), body]);
    const answer = await this.send(request);
    // 400 and 413 judge this one result and the platform has dealt with it: go on with the next event.
    if (![ACCEPTED, 400, 413].includes(answer.status)) {
      throw new Error(`${path}: status ${answer.status}: ${answer.body}`);
    }
  }

  /** While the answer is awaited, the connection keeps the event loop alive; between exchanges it does not. */
  send(request) {
    if (this.exchange) return this.exchange.then(() => this.send(request));
    this.exchange = new Promise((resolve, reject) => {
      const settle = (settled, value) => {
        this.exchange = undefined;
        this.socket?.unref();
        settled(value);
      };
      this.answered = (answer) => settle(resolve, answer);
      this.failed = (error) => settle(reject, error);
    });
    this.request = request;
    this.reader = new AnswerReader();
    if (this.socket) this.socket.ref();
    else this.connect();
    this.socket.write(request);
    return this.exchange;
  }

  connect() {
    // One buffer for all that is received: otherwise a socket makes another one of this size with every answer.
    const onread = {
      buffer: Buffer.allocUnsafeSlow(READ_SIZE),
      callback: (count, buffer) => this.receive(buffer.subarray(0, count)),
    };
    const socket = net.connect({ host: this.host, port: this.port, noDelay: true, onread });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.closed(socket));
    socket.exchanges = 0;
    this.socket = socket;
  }

  /** A kept-alive connection that the other side has closed is opened once more; a new one is not. */
  closed(socket) {
    if (socket !== this.socket) return;
    this.socket = undefined;
    if (!this.exchange) return;
    if (socket.exchanges === 0 || this.reader.started) {
      this.failed(new Error('the Runtime API closed the connection'));
      return;
    }
    this.connect();
    this.socket.write(this.request);
  }

  receive(chunk) {
    const answer = this.understood(chunk);
    if (!answer) return;
    this.socket.exchanges += 1;
    this.answered(answer);
  }

  /** One accepted post is answered like the other: what was understood once needs no parsing again. */
  understood(chunk) {
    const whole = !this.reader.started;
    if (whole && this.accepted?.bytes.equals(chunk)) return this.accepted.answer;
    const answer = this.reader.read(chunk);
    if (whole && answer?.status === ACCEPTED) this.accepted = { bytes: Buffer.from(chunk), answer };
    return answer;
  }
}

/** Puts one answer together from the chunks it comes in, mostly a single one. A chunk is only lent. */
class AnswerReader {
  constructor() {
    this.chunks = []; // those that did not complete the answer
    this.head = undefined;
    this.missing = undefined; // bytes of the body
  }

  get started() {
    return this.chunks.length > 0;
  }

  /** The answer, once it is complete. */
  read(chunk) {
    const part = this.head === undefined ? this.readHead(chunk) : chunk;
    this.missing -= part.length;
    // A large body is joined once, not with every chunk.
    if (this.missing > 0 || this.head === undefined) {
      this.chunks.push(Buffer.from(part));
      return undefined;
    }
    return { ...this.head, body: this.joined(part).toString('utf8', 0, this.length) };
  }

  /** What comes after the head, or all that has been received if the head is not complete. */
  readHead(chunk) {
    const received = this.joined(chunk);
    this.chunks = [];
    const end = received.indexOf(END_OF_HEAD);
    if (end < 0) return received;
    this.head = parseHead(received.toString('utf8', 0, end));
    this.length = this.missing = Number(this.head.headers['content-length'] ?? 0);
    return received.subarray(end + END_OF_HEAD.length);
  }

  joined(last) {
    return this.started ? Buffer.concat([...this.chunks, last]) : last;
  }
}

function parseHead(head) {
  const lines = head.split('\r\n');
  const headers = {};
  for (let i = 1; i < lines.length; i++) {
    const colon = lines[i].indexOf(':');
    headers[lines[i].slice(0, colon).toLowerCase()] = lines[i].slice(colon + 1).trim();
  }
  return { status: Number(lines[0].split(' ', 2)[1]), headers };
}

function errorHeaders(document) {
  // A header holds one line of printable ASCII; an error's name may be anything.
  const errorType = String(document.errorType).replace(/[^\x20-\x7e]/g, '?');
  return `Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: ${errorType}\r\n`;
}

module.exports = { RuntimeClient };
