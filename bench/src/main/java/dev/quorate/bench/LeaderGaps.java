package dev.quorate.bench;

import dev.quorate.bench.client.BlockingClient;
import dev.quorate.bench.client.BlockingClient.SessionExpiredException;
import dev.quorate.bench.client.Znodes;
import dev.quorate.bench.server.MemberProcess;
import dev.quorate.bench.server.Members;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Measures for how long writes stop when the leader goes: clients of the other members write one after the other, and
 * the gap is the longest time that any of them waited between two acknowledged writes. A client that loses its
 * connection dials again at once, member by member, and resumes its session; that is quicker than client libraries are.
 */
final class LeaderGaps {
    /** How often the leader goes in one run. */
    private static final int ROUNDS = 10;
    private static final int WRITERS_PER_MEMBER = 2;
    /** Acknowledged writes of every client before and after the leader goes. */
    private static final int WRITES_EACH_SIDE = 200;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int REDIAL_MS = 2;
    private static final double NANOS_PER_MS = 1e6;

    private LeaderGaps() {}

    /** The median gap, ms, and how many connections to the other members broke. Afterwards all members serve. */
    static Sample measure(Members members, Row.End end) throws IOException, InterruptedException {
        double[] gapsMs = new double[ROUNDS];
        int disconnects = 0;
        for (int round = 0; round < ROUNDS; round++) {
            MemberProcess leader = members.leader();
            List<Writer> writers = goThrough(members, leader, end);
            gapsMs[round] = writers.stream().mapToLong(Writer::longestGapNanos).max().orElseThrow() / NANOS_PER_MS;
            disconnects += writers.stream().mapToInt(Writer::disconnects).sum();
            if (end != Row.End.COMMAND) {
                leader.restart();
            }
            members.awaitServing();
        }
        return Sample.ofGap(Results.median(gapsMs), disconnects);
    }

    /** The leader goes while clients of the other members write; gives those back, ended. */
    private static List<Writer> goThrough(Members members, MemberProcess leader, Row.End end)
            throws IOException, InterruptedException {
        List<InetSocketAddress> others = members.clients().stream()
                .filter(client -> !client.equals(leader.client())).toList();
        var writers = new ArrayList<Writer>();
        try {
            for (int i = 0; i < WRITERS_PER_MEMBER * others.size(); i++) {
                writers.add(new Writer(others, i));
            }
            awaitWrites(writers);
            writers.forEach(Writer::forget);
            switch (end) {
                case KILL -> leader.kill();
                case TERMINATE -> leader.terminate();
                case COMMAND -> leader.handOver();
            }
            if (end != Row.End.COMMAND) {
                leader.awaitEnd();
            }
            awaitWrites(writers);
        } finally {
            for (Writer writer : writers) {
                writer.end();
            }
        }
        return writers;
    }

    private static void awaitWrites(List<Writer> writers) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        int[] goals = writers.stream().mapToInt(writer -> writer.writes() + WRITES_EACH_SIDE).toArray();
        while (IntStream.range(0, goals.length).anyMatch(i -> writers.get(i).writes() < goals[i])) {
            if (System.nanoTime() > deadline) {
                throw new IOException("Writes have not come back within 60 s.");
            }
            Thread.sleep(REDIAL_MS);
        }
    }

    /** One client, on a thread of its own. */
    private static final class Writer implements Runnable {
        private final List<InetSocketAddress> members;
        private final String path;
        private final Thread thread;
        private BlockingClient.Session session = BlockingClient.Session.NONE;
        private int dialled;
        private volatile boolean ended;
        private volatile int writes;
        private volatile long lastWriteNanos = System.nanoTime();
        private volatile long longestGapNanos;
        private volatile int disconnects;

        Writer(List<InetSocketAddress> members, int number) {
            this.members = members;
            this.dialled = number;
            this.path = Znodes.path(Row.SMALL, number);
            this.thread = Thread.ofPlatform().name("writer-" + number).start(this);
        }

        int writes() {
            return writes;
        }

        long longestGapNanos() {
            return longestGapNanos;
        }

        /** What came before, such as the compilation of a cold member's code, is not the gap that is asked for. */
        void forget() {
            synchronized (this) {
                longestGapNanos = 0;
                disconnects = 0;
            }
        }

        int disconnects() {
            return disconnects;
        }

        void end() throws InterruptedException {
            ended = true;
            thread.join();
        }

        @Override
        public void run() {
            byte[] data = Znodes.data(Row.SMALL);
            while (!ended) {
                try (var client = BlockingClient.open(members.get(dialled++ % members.size()), session)) {
                    session = client.session();
                    while (!ended) {
                        client.setData(path, data);
                        acknowledged();
                    }
                } catch (SessionExpiredException e) {
                    session = BlockingClient.Session.NONE;
                } catch (IOException e) {
                    disconnected();
                    pause();
                }
            }
        }

        private synchronized void disconnected() {
            disconnects++;
        }

        private void acknowledged() {
            long now = System.nanoTime();
            synchronized (this) {
                longestGapNanos = Math.max(longestGapNanos, now - lastWriteNanos);
                lastWriteNanos = now;
                writes++;
            }
        }

        private void pause() {
            try {
                Thread.sleep(REDIAL_MS);
            } catch (InterruptedException e) {
                ended = true;
            }
        }
    }
}
