package dev.quorate.bench;

import dev.quorate.bench.client.Generator;
import dev.quorate.bench.client.LibraryLoad;
import dev.quorate.bench.client.Load;
import dev.quorate.bench.client.Load.Mix;
import dev.quorate.bench.client.Target;
import dev.quorate.bench.client.Znodes;
import dev.quorate.bench.server.MemberProcess;
import dev.quorate.bench.server.Members;
import dev.quorate.bench.server.Profile;
import dev.quorate.bench.server.Product;
import dev.quorate.bench.server.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** One side's ensemble of three in one run: fresh processes on fresh folders, prepared and warm. */
final class Contender implements AutoCloseable {
    private static final int MEMBERS = 3;
    /** A young JVM compiles for seconds, so a load of everything comes before the first row, for this many warm-ups. */
    private static final int FIRST_WARM_UPS = 6;
    /** One request at a time is too few a second for the JVM to have compiled its path after a usual warm-up. */
    private static final int WARM_UPS_OF_ONE_IN_FLIGHT = 4;

    private final Side side;
    private final Settings settings;
    private final Members members;
    private final Target target;
    private final Map<Integer, String> roles = new TreeMap<>();

    private Contender(Side side, Settings settings, Members members, Session.Plan plan) {
        this.side = side;
        this.settings = settings;
        this.members = members;
        this.target = new Target(members.clients(), members::cpuNanos, Duration.ofSeconds(plan.warmUpSeconds()),
                Duration.ofSeconds(plan.seconds()));
    }

    static Contender start(Side side, Settings settings, Session.Plan plan) throws IOException, InterruptedException {
        Members members = Members.start(side.product(), MEMBERS, settings);
        try {
            var contender = new Contender(side, settings, members, plan);
            contender.prepare();
            return contender;
        } catch (IOException | RuntimeException e) {
            members.close();
            throw e;
        }
    }

    private void prepare() throws IOException {
        Znodes.prepare(members.clients(), Row.SMALL, Row.LARGE);
        Generator.run(Load.pipelined(Mix.MIXED, Row.SMALL),
                target.lasting(target.warmUp().multipliedBy(FIRST_WARM_UPS), Duration.ZERO));
        for (MemberProcess member : members.processes()) {
            roles.put(member.id(), member.mode().orElse("not serving"));
        }
    }

    Side side() {
        return side;
    }

    /** Measures one row; a load ends with all its requests answered, a gap with all members serving again. */
    Sample measure(Row.OfEnsemble row) throws IOException, InterruptedException {
        return switch (row) {
            case Row.Throughput throughput -> Sample.of(throughput.library()
                    ? LibraryLoad.run(throughput.load(), target)
                    : Generator.run(throughput.load(), warmedFor(throughput.load())));
            case Row.LeaderGap gap -> gap.end() == Row.End.COMMAND && side.product() == Product.ZOOKEEPER
                    ? Sample.of(Double.NaN)
                    : LeaderGaps.measure(members, gap.end());
        };
    }

    private Target warmedFor(Load load) {
        return load.alternating()
                ? target.lasting(target.warmUp().multipliedBy(WARM_UPS_OF_ONE_IN_FLIGHT), target.window())
                : target;
    }

    /** The ends of the members' logs, for a row that failed. */
    String logs() {
        return members.logTails();
    }

    @Override
    public void close() {
        members.close();
    }

    /** Writes the flight recordings of the members, if they record, and prints what they tell. */
    void printProfiles() throws IOException, InterruptedException {
        Path recordings = settings.recordings();
        if (recordings != null) {
            for (MemberProcess member : members.processes()) {
                member.dumpRecording(recordings);
            }
            for (Map.Entry<Integer, String> role : roles.entrySet()) {
                Profile.print(side.title() + " member " + role.getKey() + ", " + role.getValue(),
                        Profile.file(recordings, side.product(), role.getKey()), System.out);
            }
        }
    }
}
