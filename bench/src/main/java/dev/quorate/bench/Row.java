package dev.quorate.bench;

import dev.quorate.bench.client.Load;
import dev.quorate.bench.client.Load.Mix;
import java.util.List;

/** One row of the table: a name for the command line, a title for the table, and what it measures. */
sealed interface Row {
    /** Bytes of data of most rows' znodes. */
    int SMALL = 100;
    /** Bytes of data of the row with larger writes. */
    int LARGE = 1024;

    String name();

    String title();

    /** What the row's first number is; it also says which way is better. */
    Unit unit();

    /** Measured on three members that run already. */
    sealed interface OfEnsemble extends Row {}

    /** Measured on one member that is started for it. */
    sealed interface OfOneMember extends Row {}

    /**
     * A load on three members.
     *
     * @param library whether it goes through the Java client library
     */
    record Throughput(String name, String title, Load load, boolean library) implements OfEnsemble {
        @Override
        public Unit unit() {
            return Unit.OPERATIONS_PER_SECOND;
        }
    }

    /**
     * How long writes stop for clients of the other members when the leader goes.
     *
     * @param end how it goes
     */
    record LeaderGap(String name, String title, End end) implements OfEnsemble {
        @Override
        public Unit unit() {
            return Unit.MILLISECONDS;
        }
    }

    /** Why a leader leads no more. */
    enum End {
        /** {@code kill -9}. */
        KILL,
        /** SIGTERM. */
        TERMINATE,
        /** The command to hand over, which only Quorate has; the process lives on. */
        COMMAND
    }

    /** Live heap for each znode of {@value #SMALL} bytes, on a single member. */
    record HeapPerZnode(String name, String title) implements OfOneMember {
        @Override
        public Unit unit() {
            return Unit.BYTES;
        }
    }

    /** From the start of the process until a first session has read. */
    record StartToServing(String name, String title) implements OfOneMember {
        @Override
        public Unit unit() {
            return Unit.MILLISECONDS;
        }
    }

    /** Units of the first number. */
    enum Unit {
        OPERATIONS_PER_SECOND("ops/s", true),
        MILLISECONDS("ms", false),
        BYTES("B", false);

        private final String symbol;
        private final boolean moreIsBetter;

        Unit(String symbol, boolean moreIsBetter) {
            this.symbol = symbol;
            this.moreIsBetter = moreIsBetter;
        }

        String symbol() {
            return symbol;
        }

        /** How many times better {@code ours} is than {@code theirs}. */
        double ratio(double ours, double theirs) {
            return moreIsBetter ? ours / theirs : theirs / ours;
        }
    }

    /** All rows, in the order of the table. */
    static List<Row> all() {
        return List.of(throughput("creates", "creates, 100 B", Load.pipelined(Mix.CREATES, SMALL)),
                throughput("writes", "writes, 100 B", Load.pipelined(Mix.WRITES, SMALL)),
                throughput("writes-1k", "writes, 1 KiB", Load.pipelined(Mix.WRITES, LARGE)),
                throughput("reads", "reads, 100 B", Load.pipelined(Mix.READS, SMALL)),
                throughput("mixed", "70 % reads, 30 % writes, 100 B", Load.pipelined(Mix.MIXED, SMALL)),
                throughput("one-write", "one write in flight, 100 B", Load.oneInFlight(Mix.WRITES, SMALL)),
                library("java-creates", "Java client: creates, 100 B", Load.pipelined(Mix.CREATES, SMALL)),
                library("java-writes", "Java client: writes, 100 B", Load.pipelined(Mix.WRITES, SMALL)),
                library("java-writes-1k", "Java client: writes, 1 KiB", Load.pipelined(Mix.WRITES, LARGE)),
                library("java-reads", "Java client: reads, 100 B", Load.pipelined(Mix.READS, SMALL)),
                library("java-mixed", "Java client: 70 % reads, 30 % writes", Load.pipelined(Mix.MIXED, SMALL)),
                new LeaderGap("leader-kill", "leader killed: gap of writes", End.KILL),
                new LeaderGap("leader-end", "leader asked to end: gap of writes", End.TERMINATE),
                new LeaderGap("hand-over", "leader hands over by command: gap of writes", End.COMMAND),
                new HeapPerZnode("heap", "heap per znode of 100 B"),
                new StartToServing("start", "process start to first read"));
    }

    private static Row throughput(String name, String title, Load load) {
        return new Throughput(name, title, load, false);
    }

    private static Row library(String name, String title, Load load) {
        return new Throughput(name, title, load, true);
    }
}
