package dev.quorate.ensemble;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/**
 * How a member logs: to the standard error, one line an event, whatever it holds: line ends and control characters of a
 * message are shown as blanks, not obeyed. In code, since reading the same from XML takes a quarter of a start. It only
 * speaks up in a member's process, and not where {@code -Dlogback.configurationFile} names another set-up.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static final String IN_MEMBER = "quorate.logSetup";
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0}: "
            + "%replace(%msg){'[\\p{Cntrl}]+', ' '}%replace( %ex){'\\s*[\\r\\n]+\\s*', ' | '}%nopex%n";

    /** This process is a member's: before the first logger is made. */
    static void enable() {
        System.setProperty(IN_MEMBER, "true");
    }

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        if (!Boolean.getBoolean(IN_MEMBER) || System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(loggers);
        encoder.setPattern(PATTERN);
        encoder.start();
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(loggers);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        var root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender);
        loggers.getLogger("io.netty").setLevel(Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
