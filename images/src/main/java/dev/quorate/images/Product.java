package dev.quorate.images;

import java.util.List;
import java.util.stream.Stream;

/**
 * What there is an image of.
 *
 * @param id the name of the image and of the Maven module
 * @param title what it is, in a line
 * @param mainClass what the container runs
 * @param arguments what the program is given when the container names nothing else
 * @param ports where it listens
 * @param modules what the Java runtime consists of
 * @param options flags of the JVM; {@code JAVA_TOOL_OPTIONS} in the environment of the container wins over them
 */
record Product(String id, String title, String mainClass, List<String> arguments, List<Integer> ports,
        List<String> modules, List<String> options) {
    /** What logback, the metrics of the JVM and netty name. */
    private static final List<String> COMMON_MODULES = List.of("java.base", "java.logging", "java.management",
            "java.naming", "java.xml", "jdk.management", "jdk.unsupported");

    private static final List<String> COMMON_OPTIONS = List.of("-XX:+UseCompactObjectHeaders",
            "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData", "-XX:ErrorFile=/tmp/hs_err_pid%p.log",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            "-XX:SharedArchiveFile=/opt/quorate/classes.jsa", "-Xlog:disable",
            "-Xlog:all=error,cds=off,aot=off:stderr", "-Djava.library.path=/opt/quorate/native");

    /** All of them. */
    static final List<Product> ALL = List.of(
            new Product("ensemble", "The server of Quorate, a ZooKeeper-compatible coordination service",
                    "dev.quorate.ensemble.Main", List.of("/etc/quorate/zoo.cfg"), List.of(2181, 2888, 8080), List.of(),
                    // The data has the heap. What network and disk hold outside of it is bounded by as much again.
                    List.of("-XX:MaxRAMPercentage=45", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20")),
            new Product("operator", "The Kubernetes operator of Quorate", "dev.quorate.operator.Main", List.of(),
                    List.of(8081), List.of("java.net.http", "jdk.httpserver"),
                    List.of("-XX:MaxRAMPercentage=60", "-XX:+UseSerialGC")));

    Product {
        modules = Stream.concat(COMMON_MODULES.stream(), modules.stream()).toList();
        options = Stream.concat(options.stream(), COMMON_OPTIONS.stream()).toList();
    }
}
