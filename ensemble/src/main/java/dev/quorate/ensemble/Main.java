package dev.quorate.ensemble;

import dev.quorate.ensemble.storage.DataRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one member in the foreground: {@code Main ZOO_CFG}. How it ends is told by {@link ExitCode}. */
public final class Main {
    private static final String USAGE = "usage: quorate-server FILE, where FILE is a zoo.cfg (see docs/configuration.md)";
    private static final String NETTY_EVENTS = "io.netty.jfr.enabled";

    /** What was acknowledged is durable: there is nothing to wait for longer. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private Main() {}

    /** @param args the path of a zoo.cfg */
    public static void main(String[] args) {
        prepareProcess();
        if (args.length != 1 || args[0].startsWith("-")) {
            end(ExitCode.USAGE, USAGE);
            return;
        }
        try {
            var logging = Meanwhile.start("logging-start", LoggerFactory::getILoggerFactory);
            var config = Config.load(Path.of(args[0]), System.getenv(), System.getProperty("quorate.bind"));
            logging.join();
            // Recovery may take long; SIGTERM is heard from the start. What is on disk can be left at any moment.
            var running = new AtomicReference<Server>();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(running.get()), "shutdown"));
            running.set(Server.start(config, Main::fatal));
        } catch (ConfigException bad) {
            end(ExitCode.USAGE, bad.getMessage());
        } catch (DataRefused refused) {
            end(ExitCode.DATA_REFUSED, refused.getMessage());
        } catch (Server.PortTaken taken) {
            end(ExitCode.USAGE, taken.getMessage());
        } catch (IOException failed) {
            fatal(ExitCode.STORAGE_FAULT, "the disk failed while the data was opened", failed);
        }
    }

    /** What must be set before the first logger, the first host name and the first thread. */
    private static void prepareProcess() {
        LogSetup.enable();
        // Netty would register its events with the flight recorder, recording or not: an eighth of a start.
        if (System.getProperty(NETTY_EVENTS) == null) {
            System.setProperty(NETTY_EVENTS, "false");
        }
        // Members move between addresses: a name is worth what its server says now.
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, death) -> fatal(ExitCode.ofDeath(death), "thread " + thread.getName() + " died", death));
    }

    /** @param server null while the data is being opened */
    private static void shutDown(@Nullable Server server) {
        try {
            if (server != null) {
                var closing = Thread.ofPlatform().name("closing").daemon().start(server::close);
                if (!closing.join(CLOSE_LIMIT)) {
                    log().warn("a disk that does not answer keeps this member from ending in order");
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            Runtime.getRuntime().halt(ExitCode.CLEAN.code()); // else the process would end with the signal's number
        }
    }

    /** Says why, plainly, and ends the process. */
    private static void end(ExitCode code, @Nullable String why) {
        System.err.println(why);
        Runtime.getRuntime().halt(code.code());
    }

    /** Ends the process at once: what it holds in memory is not to be trusted any more. */
    private static void fatal(ExitCode code, String what, Throwable cause) {
        try {
            log().error("{}; the process ends with code {}", what, code.code(), cause);
        } finally {
            Runtime.getRuntime().halt(code.code());
        }
    }

    private static Logger log() {
        return LoggerFactory.getLogger(Main.class);
    }
}
