package dev.quorate.ensemble;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Properties;

/**
 * Which build this is; the build writes it into a resource.
 *
 * @param version of the product
 * @param time when it was built
 */
record BuildInfo(String version, Instant time) {
    /** The ZooKeeper release whose client protocol is spoken. */
    private static final String ZOOKEEPER_VERSION = "3.9.5";

    static BuildInfo load() {
        try (var resource = BuildInfo.class.getResourceAsStream("build.properties")) {
            if (resource == null) {
                throw new IllegalStateException("the resource build.properties is missing from this build");
            }
            var properties = new Properties();
            properties.load(resource);
            return new BuildInfo(properties.getProperty("version", ""),
                    Instant.parse(properties.getProperty("time", "")));
        } catch (IOException unreadable) {
            throw new IllegalStateException("the resource build.properties can't be read", unreadable);
        }
    }

    /** As readers of ZooKeeper's four-letter words take it apart. */
    String zooKeeperText() {
        return ZOOKEEPER_VERSION + "-quorate-" + version + ", built on "
                + DateTimeFormatter.ofPattern("MM/dd/yyyy HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC)
                        .format(time);
    }
}
