package dev.quorate.sim;

import dev.quorate.sim.fault.Fault;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** {@code bin/simulate}: runs seeds, stops at the first that fails, and shrinks it. */
@Command(name = "simulate", mixinStandardHelpOptions = true,
        description = "Runs whole ensembles in virtual time, each from a seed, with faults, and checks them.")
public final class Simulate implements Callable<Integer> {
    private static final int MOST_SHRINKING_RUNS = 100;

    private final PrintStream out;

    @Option(names = "--seeds", paramLabel = "A..B", required = true, converter = Range.Converter.class,
            description = "seeds from A to B, both included; one number for one seed")
    private Range seeds = new Range(0, 0);

    @Option(names = "--seconds", paramLabel = "VIRTUAL", defaultValue = "300",
            description = "virtual seconds of each seed (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1",
            description = "runs so many seeds at a time (default: ${DEFAULT-VALUE}); each seed is one thread's")
    private int threads;

    @Option(names = "--without", paramLabel = "FAULT", split = ",", description = "kinds of faults that are off")
    private Set<String> without = new HashSet<>();

    @Option(names = "--voters", paramLabel = "N", description = "at most so many voters")
    private int voters = Restriction.NONE.voters();

    @Option(names = "--observers", paramLabel = "N", description = "at most so many observers")
    private int observers = Restriction.NONE.observers();

    @Option(names = "--clients", paramLabel = "N", description = "at most so many clients")
    private int clients = Restriction.NONE.clients();

    @Option(names = "--trace", description = "print every event")
    private boolean trace;

    @Option(names = "--keep-going", description = "run the other seeds too when one fails")
    private boolean keepGoing;

    @Option(names = "--no-shrink", description = "leave a failing seed as it is")
    private boolean noShrink;

    @Option(names = "--twice", description = "run each seed twice and compare the traces")
    private boolean twice;

    @Option(names = "--report", description = "print how much was run and which faults there were")
    private boolean report;

    private Simulate(PrintStream out) {
        this.out = out;
    }

    /** Seeds, both ends included. */
    record Range(long from, long to) {
        private static final Pattern TEXT = Pattern.compile("(-?\\d+)(?:\\.\\.(-?\\d+))?");

        /** Reads {@code A..B} and {@code A}. */
        static final class Converter implements ITypeConverter<Range> {
            @Override
            public Range convert(String text) {
                Matcher matcher = TEXT.matcher(text);
                if (!matcher.matches()) {
                    throw new CommandLine.TypeConversionException("'" + text + "' is not of the form A..B");
                }
                long from = Long.parseLong(matcher.group(1));
                return new Range(from, matcher.group(2) == null ? from : Long.parseLong(matcher.group(2)));
            }
        }
    }

    /** Exits with 0 when all seeds passed, 1 when one failed, 2 on wrong usage. */
    public static void main(String[] arguments) {
        System.exit(run(System.out, arguments));
    }

    /** Does what the program does, and returns its exit code. */
    public static int run(PrintStream out, String... arguments) {
        return new CommandLine(new Simulate(out))
                .setExecutionExceptionHandler((thrown, command, parsed) -> {
                    if (thrown instanceof IllegalArgumentException) {
                        command.getErr().println(thrown.getMessage());
                        return 2;
                    }
                    throw thrown;
                }).execute(arguments);
    }

    @Override
    public Integer call() throws InterruptedException {
        Restriction restriction = restriction();
        if (trace) {
            return traced(new Schedule(seeds.from(), seconds, restriction));
        }
        Progress progress = new Progress(out);
        AtomicLong next = new AtomicLong(seeds.from());
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < Math.max(1, threads); i++) {
            running.add(Thread.ofPlatform().name("seeds-" + i).start(() -> {
                while (!over.get()) {
                    long seed = next.getAndIncrement();
                    boolean done = seed > seeds.to();
                    if (done || (!holds(progress, new Schedule(seed, seconds, restriction)) && !keepGoing)) {
                        over.set(true);
                    }
                }
            }));
        }
        for (Thread each : running) {
            each.join();
        }
        out.println(report ? progress.report(seeds.from() + ".." + seeds.to()) : progress.text());
        return progress.failed() == 0 ? 0 : 1;
    }

    private Restriction restriction() {
        Set<Fault> off = new HashSet<>();
        for (String flag : without) {
            off.add(Fault.of(flag));
        }
        return new Restriction(off, voters, observers, clients);
    }

    private int traced(Schedule schedule) {
        Simulation.Result result = Simulation.run(schedule, out::println);
        Failure failure = result.failure();
        out.println(failure == null ? "seed " + schedule.seed() + " holds" : failure.text(schedule, result.options()));
        return failure == null ? 0 : 1;
    }

    private boolean holds(Progress progress, Schedule schedule) {
        Simulation.Result result = progress.run(schedule);
        if (twice && result.traceHash() != Simulation.run(schedule, null).traceHash()) {
            progress.failed(schedule.seed() + " is not deterministic: two runs had different traces");
            return false;
        }
        Failure failure = result.failure();
        if (failure == null) {
            return true;
        }
        Simulation.Result smallest = noShrink ? result : Shrink.of(result, MOST_SHRINKING_RUNS);
        Failure shrunk = smallest.failure();
        synchronized (out) {
            if (shrunk != null) {
                out.println(shrunk.text(smallest.schedule(), smallest.options()));
            }
            out.println("seed " + schedule.seed() + " as it was drawn: " + failure.what());
            out.println("replay: " + schedule.commandLine() + " --trace");
        }
        return false;
    }
}
