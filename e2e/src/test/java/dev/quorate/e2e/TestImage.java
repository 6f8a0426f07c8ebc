package dev.quorate.e2e;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.builder.ImageFromDockerfile;

/**
 * An image with a Java runtime made by jlink and every jar of server and operator. It is for tests only: plain, not
 * small. Its base is what the system property {@code quorate.test.base} names, any Linux with glibc; {@code
 * local/base:12} where the engine has that, else Debian.
 *
 * @param name the image's name in Pods
 * @param archive what {@code docker save} would write
 */
record TestImage(String name, Path archive) {
    private static final String NAME = "quorate/e2e:test";
    private static final List<String> JVM = List.of("/opt/java/bin/java", "-XX:+UseSerialGC", "-Xmx192m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow", "-cp", "/opt/quorate/*");

    /** The command that runs a main class in the image. */
    static List<String> command(String mainClass) {
        var command = new ArrayList<>(JVM);
        command.add(mainClass);
        return command;
    }

    static TestImage build() throws IOException {
        var context = Path.of("target", "image");
        deleteTree(context);
        jlink(context.resolve("java"));
        copyJars(Files.createDirectories(context.resolve("quorate")));
        var entryPoint = new ArrayList<>(command("dev.quorate.ensemble.Main"));
        entryPoint.add("/etc/quorate/zoo.cfg");
        var dockerfile = "FROM " + base()
                + "\nCOPY java /opt/java\nCOPY quorate /opt/quorate\nUSER 10001\nENTRYPOINT [\""
                + String.join("\", \"", entryPoint) + "\"]\n";
        var built = new ImageFromDockerfile(NAME, false).withFileFromString("Dockerfile", dockerfile)
                .withFileFromPath("java", context.resolve("java"))
                .withFileFromPath("quorate", context.resolve("quorate")).get();
        var archive = context.resolve("image.tar");
        try (var saved = DockerClientFactory.lazyClient().saveImageCmd(built).exec()) {
            Files.copy(saved, archive);
        }
        return new TestImage(NAME, archive);
    }

    private static void deleteTree(Path root) throws IOException {
        if (Files.exists(root)) {
            try (var paths = Files.walk(root)) {
                for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static String base() {
        var local = DockerClientFactory.lazyClient().listImagesCmd().withFilter("reference", List.of("local/base:12"))
                .exec();
        return System.getProperty("quorate.test.base", local.isEmpty() ? "debian:12-slim" : "local/base:12");
    }

    private static void jlink(Path output) throws IOException {
        var command = List.of(Path.of(System.getProperty("java.home"), "bin", "jlink").toString(), "--add-modules",
                "java.base,java.logging,java.management,java.naming,java.net.http,java.sql,java.xml,jdk.crypto.ec,jdk.httpserver,jdk.management,jdk.unsupported",
                "--strip-debug", "--no-header-files", "--no-man-pages", "--output", output.toString());
        try {
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IOException("jlink ended with " + code);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    /** The run-time class path of this module, as the build wrote it down: it has server and operator. */
    private static void copyJars(Path folder) throws IOException {
        var classPath = Path.of("target", "quickstart.classpath");
        if (!Files.exists(classPath)) {
            throw new IllegalStateException("no " + classPath
                    + ": run the tests on Kubernetes by mvn verify -Pkubernetes, which packages first");
        }
        for (var entry : Files.readString(classPath).strip().split(File.pathSeparator)) {
            var jar = Path.of(entry);
            Files.copy(jar, folder.resolve(Objects.requireNonNull(jar.getFileName())),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
