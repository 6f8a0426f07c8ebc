package dev.quorate.e2e.process;

/**
 * Which server the processes run. The tests of compatibility run against both: what holds for Apache ZooKeeper proves
 * the test itself.
 */
public enum ServerKind {
    /** Ours. */
    QUORATE("dev.quorate.ensemble.Main"),
    /** Apache ZooKeeper; its jar and its server's libraries must be on the class path. */
    ZOOKEEPER("org.apache.zookeeper.server.quorum.QuorumPeerMain");

    private final String mainClass;

    ServerKind(String mainClass) {
        this.mainClass = mainClass;
    }

    /** The class that starts one member from the path of its zoo.cfg. */
    public String mainClass() {
        return mainClass;
    }

    /**
     * What the system property {@code quorate.test.server} names ({@code quorate} or {@code zookeeper}); ours when it
     * is unset.
     */
    public static ServerKind chosen() {
        var name = System.getProperty("quorate.test.server", "quorate");
        return switch (name) {
            case "quorate" -> QUORATE;
            case "zookeeper" -> ZOOKEEPER;
            default ->
                throw new IllegalArgumentException("quorate.test.server is \"" + name + "\": say quorate or zookeeper");
        };
    }
}
