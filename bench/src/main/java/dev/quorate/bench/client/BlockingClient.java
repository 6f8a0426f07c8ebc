package dev.quorate.bench.client;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/** One session on one connection, a request at a time: prepares znodes, probes, and writes through a failover. */
public final class BlockingClient implements AutoCloseable {
    /** The session timeout asked for, in ms. */
    private static final int SESSION_TIMEOUT_MS = 30_000;
    /** How long a connection attempt or a reply may take, in ms. */
    private static final int PATIENCE_MS = 15_000;
    /** The same for a probe. */
    private static final int PROBE_PATIENCE_MS = 250;
    /** Requests sent before their replies are read, so that neither side's socket buffer fills up. */
    private static final int CHUNK = 2_000;

    /** What resumes a session on another connection. */
    public static final class Session {
        /** Asks for a new session. */
        public static final Session NONE = new Session(0, new byte[16]);

        private final long id;
        private final byte[] password;

        private Session(long id, byte[] password) {
            this.id = id;
            this.password = password;
        }
    }

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(1 << 16).flip();
    private final ReplyReader replies = new ReplyReader();
    private final Session session;
    private int xid;

    private BlockingClient(SocketChannel channel, Session session) {
        this.channel = channel;
        this.session = session;
    }

    /** Connects to one member with a new session. */
    public static BlockingClient open(InetSocketAddress member) throws IOException {
        return open(member, Session.NONE);
    }

    /** As {@link #open(InetSocketAddress)}, but gives up soon: for a member that may not serve yet. */
    public static BlockingClient probe(InetSocketAddress member) throws IOException {
        return open(member, Session.NONE, PROBE_PATIENCE_MS);
    }

    /**
     * Connects to one member and resumes {@code session}.
     *
     * @throws SessionExpiredException when the member answers that the session is no more
     * @throws IOException when the member can't be reached, closes the connection, or does not answer in time
     */
    public static BlockingClient open(InetSocketAddress member, Session session) throws IOException {
        return open(member, session, PATIENCE_MS);
    }

    private static BlockingClient open(InetSocketAddress member, Session session, int patienceMs) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(member, patienceMs);
            channel.socket().setTcpNoDelay(true);
            channel.socket().setSoTimeout(patienceMs);
            return new BlockingClient(channel, greet(channel, session));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static Session greet(SocketChannel channel, Session session) throws IOException {
        channel.socket().getOutputStream().write(
                RequestBytes.connect(SESSION_TIMEOUT_MS, session.id, session.password));
        var reply = new DataInputStream(channel.socket().getInputStream());
        int length = reply.readInt();
        reply.readInt();
        int timeoutMs = reply.readInt();
        long id = reply.readLong();
        var password = new byte[reply.readInt()];
        reply.readFully(password);
        reply.skipNBytes(length - 4L - 4 - 8 - 4 - password.length);
        if (timeoutMs <= 0 || id == 0) {
            throw new SessionExpiredException();
        }
        return new Session(id, password);
    }

    /** The member answered that the session is no more. */
    public static final class SessionExpiredException extends IOException {
        private static final long serialVersionUID = 1L;

        SessionExpiredException() {
            super("The session has expired.");
        }
    }

    /** This connection's session. */
    public Session session() {
        return session;
    }

    /** Gives the connection away, past its handshake; this object must not be used any more. */
    SocketChannel detach() {
        return channel;
    }

    /** Creates the znodes in their order; returns when all are there. */
    public void createAll(List<String> paths, byte[] data) throws IOException {
        for (int from = 0; from < paths.size(); from += CHUNK) {
            callAll(paths.subList(from, Math.min(paths.size(), from + CHUNK)).stream()
                    .map(path -> RequestBytes.create(path, data)).toList());
        }
    }

    /** Sets a znode's data. */
    public void setData(String path, byte[] data) throws IOException {
        callAll(List.of(RequestBytes.setData(path, data)));
    }

    /** Reads a znode. */
    public void getData(String path) throws IOException {
        callAll(List.of(RequestBytes.getData(path)));
    }

    /** Returns when this member has caught up with the leader. */
    public void sync() throws IOException {
        callAll(List.of(RequestBytes.sync("/")));
    }

    private void callAll(List<byte[]> frames) throws IOException {
        int bytes = frames.stream().mapToInt(frame -> frame.length).sum();
        ByteBuffer out = ByteBuffer.allocate(bytes);
        for (byte[] frame : frames) {
            int at = out.position();
            out.put(frame);
            RequestBytes.putXid(out, at, ++xid);
        }
        channel.socket().getOutputStream().write(out.array());
        while (replies.lastXid() != xid) {
            if (!replies.take(in)) {
                fill();
            }
        }
    }

    private void fill() throws IOException {
        in.compact();
        InputStream stream = channel.socket().getInputStream();
        int count = stream.read(in.array(), in.position(), in.remaining());
        if (count < 0) {
            throw new IOException("The member closed the connection.");
        }
        in.position(in.position() + count).flip();
    }

    /** Ends the session where that is still possible, and the connection. */
    @Override
    public void close() throws IOException {
        try (channel) {
            callAll(List.of(RequestBytes.closeSession()));
        } catch (IOException e) {
            // The connection is gone already, so there is no session left to end on it.
            return;
        }
    }
}
