package dev.quorate.ensemble.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small HTTP port that answers GET, HEAD and POST. What it answers with comes from {@link Pages}, to each connection
 * one request at a time.
 *
 * <p>A member is killed when its liveness is not answered, so a new connection is always let in: when there are too
 * many, the one that has asked nothing for longest makes room.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int MAX_CONNECTIONS = 100;
    private static final int MAX_HEADER_BYTES = 8192;
    private static final int MAX_LINE_BYTES = 2048;
    private static final int MAX_BODY_BYTES = 64 << 10;
    private static final int IDLE_MS = 60_000;
    private static final String BEARER = "Bearer ";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Network network;
    private final Pages pages;
    /** Open connections; who asked last, or came last, stands last. */
    private final SequencedSet<Channel> connections = new LinkedHashSet<>();
    private @Nullable Channel listening;

    /** What is served. */
    public interface Pages {
        /**
         * Answers a GET or HEAD, now or later, from any thread.
         *
         * @param path without the query
         * @param answer takes exactly one answer
         */
        void get(String path, Consumer<Answer> answer);

        /**
         * Answers a POST in the same way.
         *
         * @param bearer the token of the header {@code Authorization: Bearer TOKEN}; empty without one
         */
        void post(String path, String bearer, String body, Consumer<Answer> answer);
    }

    /**
     * One answer.
     *
     * @param status the HTTP status
     */
    public record Answer(int status, String contentType, String body) {
        /** A line of plain text. */
        public static Answer line(int status, String line) {
            return new Answer(status, TEXT, line + "\n");
        }
    }

    public HttpServer(Network network, Pages pages) {
        this.network = network;
        this.pages = pages;
    }

    /**
     * Listens from now on.
     *
     * @param address port 0 takes a free one
     * @return the address that is listened on
     * @throws IOException when the address is taken or is not one of this machine
     */
    public InetSocketAddress listen(InetSocketAddress address) throws IOException {
        var bound = new ServerBootstrap().group(network.clients()).channel(network.serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true).childHandler(new Accepting()).bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("can't listen for HTTP on " + address + ": " + bound.cause().getMessage(),
                    bound.cause());
        }
        listening = bound.channel();
        return (InetSocketAddress) bound.channel().localAddress();
    }

    @Override
    public void close() {
        if (listening != null) {
            listening.close().awaitUninterruptibly();
        }
    }

    /** Gives the connection that has to go for this one, if any. */
    private @Nullable Channel enter(Channel channel) {
        synchronized (connections) {
            connections.add(channel);
            return connections.size() > MAX_CONNECTIONS ? connections.removeFirst() : null;
        }
    }

    private void asked(Channel channel) {
        synchronized (connections) {
            if (connections.remove(channel)) {
                connections.add(channel);
            }
        }
    }

    private void leave(Channel channel) {
        synchronized (connections) {
            connections.remove(channel);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing depends on when a channel is closed
    private final class Accepting extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            var quietest = enter(channel);
            if (quietest != null) {
                quietest.close();
            }
            channel.closeFuture().addListener(closed -> leave(channel));
            var limits = new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE_BYTES)
                    .setMaxHeaderSize(MAX_HEADER_BYTES);
            channel.pipeline().addLast(new ReadTimeoutHandler(IDLE_MS, TimeUnit.MILLISECONDS),
                    new HttpServerCodec(limits), new HttpServerKeepAliveHandler(),
                    new HttpObjectAggregator(MAX_BODY_BYTES), new FlowControlHandler(), new Requests());
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel
    private final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            asked(context.channel());
            context.channel().config().setAutoRead(false); // until this request's answer is on its way
            boolean head = request.method().equals(HttpMethod.HEAD);
            if (request.decoderResult().isFailure()) {
                write(context, Answer.line(400, "this is not HTTP"), false)
                        .addListener(ChannelFutureListener.CLOSE);
                return;
            }
            var path = request.uri().split("\\?", 2)[0];
            Consumer<Answer> answer = page -> context.executor().execute(() -> write(context, page, head));
            if (head || request.method().equals(HttpMethod.GET)) {
                pages.get(path, answer);
            } else if (request.method().equals(HttpMethod.POST)) {
                pages.post(path, bearer(request), request.content().toString(StandardCharsets.UTF_8), answer);
            } else {
                write(context, Answer.line(405, "only GET, HEAD and POST are answered here"), false);
            }
        }

        private static String bearer(FullHttpRequest request) {
            var authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
            return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    ? authorization.substring(BEARER.length()).strip()
                    : "";
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("HTTP connection is closed: {}", cause.getMessage());
            context.close();
        }

        private ChannelFuture write(ChannelHandlerContext context, Answer answer, boolean head) {
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                    HttpResponseStatus.valueOf(answer.status()),
                    head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.length).set(HttpHeaderNames.CACHE_CONTROL, "no-store");
            if (answer.status() == 405) {
                response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD, POST");
            }
            return context.writeAndFlush(response).addListener(
                    written -> context.executor().execute(() -> context.channel().config().setAutoRead(true)));
        }
    }
}
