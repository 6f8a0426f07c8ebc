package dev.quorate.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The two servers that are compared. */
public enum Product {
    /** Ours. */
    QUORATE("Quorate", "quorate.classpath", "dev.quorate.ensemble.Main") {
        @Override
        List<String> ownConfig(int adminPort) {
            return List.of("admin.serverPort=" + adminPort);
        }

        @Override
        List<String> ownFlags() {
            return List.of("-Dquorate.bind=" + Members.HOST, "--sun-misc-unsafe-memory-access=allow");
        }
    },

    /** Apache ZooKeeper with durable writes, as its default is, and without the admin server. */
    ZOOKEEPER("ZooKeeper", "zookeeper.classpath", "org.apache.zookeeper.server.quorum.QuorumPeerMain") {
        @Override
        List<String> ownConfig(int adminPort) {
            return List.of("admin.enableServer=false");
        }

        @Override
        List<String> ownFlags() {
            return List.of("-Dzookeeper.forceSync=yes",
                    "-Dlogback.configurationFile=" + BUILT.resolve("classes/zookeeper-logback.xml"));
        }
    };

    static final String ADMIN_TOKEN = "benchmark";

    /** What the build has made. */
    private static final Path BUILT = Path.of(System.getProperty("quorate.bench.target", "bench/target"));

    private final String title;
    private final String classPathFile;
    private final String mainClass;

    Product(String title, String classPathFile, String mainClass) {
        this.title = title;
        this.classPathFile = classPathFile;
        this.mainClass = mainClass;
    }

    /** The name that people know it by. */
    public String title() {
        return title;
    }

    /** Lines of the configuration file that the other product does not share. */
    abstract List<String> ownConfig(int adminPort);

    /** Flags of the JVM that the other product does not share: ours as in {@code bin/quorate-server}. */
    abstract List<String> ownFlags();

    String mainClass() {
        return mainClass;
    }

    /** The class path, as the build has written it down. */
    String classPath() throws IOException {
        return Files.readString(BUILT.resolve(classPathFile)).strip();
    }
}
