package dev.quorate.bench.server;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where a member's CPU time went, by thread and by method, and what it allocated, out of its flight recording. CPU time
 * is sampled by the kernel's per-thread timers (JEP 509), so time in system calls counts where it is spent.
 */
public final class Profile {
    private static final int THREADS = 8;
    private static final int METHODS = 10;
    private static final int CLASSES = 10;
    private static final double PERCENT = 100.0;
    private static final List<String> PRODUCTS = List.of("dev.quorate", "org.apache.zookeeper");

    private final Map<String, Map<String, Long>> samples = new HashMap<>();
    private final Map<String, Long> allocatedBytes = new HashMap<>();

    private Profile() {}

    /** Where the recording of a member stands. */
    public static Path file(Path recordings, Product product, int member) {
        return recordings.resolve(product.title() + "-" + member + ".jfr");
    }

    /** The flags that make a JVM record. */
    static List<String> flags() {
        return List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints",
                "-XX:StartFlightRecording=settings=profile,"
                        + "jdk.CPUTimeSample#enabled=true,jdk.CPUTimeSample#throttle=2ms,"
                        + "jdk.ExecutionSample#enabled=false,jdk.NativeMethodSample#enabled=false",
                "-Xlog:jfr*=error");
    }

    /** Writes what a JVM has recorded; an end that is a halt would lose it. */
    static void dump(long pid, Path file) throws IOException, InterruptedException {
        String answer = Jcmd.run(pid, "JFR.dump", "filename=" + file.toAbsolutePath());
        if (!Files.isRegularFile(file)) {
            throw new IOException("jcmd left no recording of process " + pid + ":\n" + answer);
        }
    }

    /** Prints the summary of one recording. */
    public static void print(String title, Path recording, PrintStream out) throws IOException {
        var profile = new Profile();
        try (var file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                profile.add(file.readEvent());
            }
        }
        out.printf("%n#### %s (%s)%n", title, recording);
        profile.printThreads(out);
        profile.printAllocations(out);
    }

    private void add(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case "jdk.CPUTimeSample" -> samples
                    .computeIfAbsent(threadName(event.getThread("eventThread")), thread -> new HashMap<>())
                    .merge(hotMethod(event.getStackTrace()), 1L, Long::sum);
            case "jdk.ObjectAllocationSample" ->
                allocatedBytes.merge(event.getClass("objectClass").getName(), event.getLong("weight"), Long::sum);
            default -> {
                // The many other events of the recording are for people who open it with a tool.
            }
        }
    }

    /** Threads of one pool, which differ in their numbers and addresses only, count as one. */
    private static String threadName(RecordedThread thread) {
        String name = thread.getJavaName() == null ? thread.getOSName() : thread.getJavaName();
        return name.replaceAll("[0-9]+", "#");
    }

    /** The method that ran, and where it is a library's, the product's method that it ran for. */
    private static String hotMethod(RecordedStackTrace stack) {
        if (stack == null || stack.getFrames().isEmpty()) {
            return "(no stack)";
        }
        List<RecordedFrame> frames = stack.getFrames();
        RecordedFrame own = frames.stream()
                .filter(frame -> PRODUCTS.stream().anyMatch(frame.getMethod().getType().getName()::startsWith))
                .findFirst().orElse(frames.getFirst());
        String top = name(frames.getFirst());
        return own.equals(frames.getFirst()) ? top : top + " for " + name(own);
    }

    private static String name(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }

    private void printThreads(PrintStream out) {
        long all = samples.values().stream().mapToLong(Profile::sum).sum();
        samples.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> -sum(entry.getValue()))).limit(THREADS).forEach(entry -> {
                    long ofThread = sum(entry.getValue());
                    out.printf("%5.1f %%  thread %s%n", PERCENT * ofThread / all, entry.getKey());
                    largest(entry.getValue(), METHODS).forEach(method -> out.printf("        %5.1f %%  %s%n",
                            PERCENT * method.getValue() / ofThread, method.getKey()));
                });
    }

    private void printAllocations(PrintStream out) {
        long all = sum(allocatedBytes);
        out.printf("allocated:%n");
        largest(allocatedBytes, CLASSES).forEach(
                entry -> out.printf("        %5.1f %%  %s%n", PERCENT * entry.getValue() / all, entry.getKey()));
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static List<Map.Entry<String, Long>> largest(Map<String, Long> counts, int limit) {
        return counts.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed()).limit(limit)
                .toList();
    }
}
