package dev.quorate.sim;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** {@code bin/simulate}: runs seeds one after the other and stops at the first that fails. */
@Command(name = "simulate", mixinStandardHelpOptions = true,
        description = "Runs whole ensembles in virtual time, each from a seed, with faults, and checks them.")
public final class Simulate implements Callable<Integer> {
    private final PrintStream out;

    @Option(names = "--seeds", paramLabel = "A..B", required = true, converter = Range.Converter.class,
            description = "seeds from A to B, both included; one number for one seed")
    private Range seeds = new Range(0, 0);

    @Option(names = "--seconds", paramLabel = "VIRTUAL", defaultValue = "300",
            description = "virtual seconds of each seed (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--trace", description = "print every event")
    private boolean trace;

    @Option(names = "--keep-going", description = "run the other seeds too when one fails")
    private boolean keepGoing;

    @Option(names = "--twice", description = "run each seed twice and compare the traces")
    private boolean twice;

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
        return new CommandLine(new Simulate(out)).execute(arguments);
    }

    @Override
    public Integer call() {
        Progress progress = new Progress(out);
        for (long seed = seeds.from(); seed <= seeds.to(); seed++) {
            Simulation.Result result = Simulation.run(seed, seconds, trace ? out::println : null);
            progress.add(result);
            if (twice && result.traceHash() != Simulation.run(seed, seconds, null).traceHash()) {
                out.println("seed " + seed + " is not deterministic: two runs had different traces");
                return 1;
            }
            Simulation.Failure failure = result.failure();
            if (failure != null) {
                out.println(failure.text());
                if (!keepGoing) {
                    return 1;
                }
            }
        }
        progress.summary();
        return progress.failed() == 0 ? 0 : 1;
    }
}
