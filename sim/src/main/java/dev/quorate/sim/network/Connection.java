package dev.quorate.sim.network;

import dev.quorate.sim.kernel.Dice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection between two processes: two ends, each of which learns of its beginning and of its end at its own time.
 */
final class Connection {
    private final SimNetwork network;
    private final End one;
    private final End other;

    Connection(SimNetwork network, SimTransport first, SimTransport second) {
        this.network = network;
        this.one = new End(network, this, first);
        this.other = new End(network, this, second);
        one.connect(other);
        other.connect(one);
    }

    End one() {
        return one;
    }

    End other() {
        return other;
    }

    boolean joins(int first, int second) {
        return endOf(first) != null && endOf(second) != null;
    }

    @Nullable
    End endOf(int member) {
        return one.member() == member ? one : other.member() == member ? other : null;
    }

    boolean isOver() {
        return one.closed() && other.closed();
    }

    /**
     * Tells both ends that it is up. An end that still holds an older connection, because the news of its end did not
     * come through, drops it now: it hears of that before or after the new link.
     */
    void open(List<Connection> old) {
        for (End end : List.of(one, other)) {
            Dice dice = network.dice();
            boolean lateNews = dice.chance(0.5);
            for (Connection connection : old) {
                End stale = connection.endOf(end.member());
                if (stale != null && !stale.closed()) {
                    stale.replaced(lateNews);
                }
            }
            end.announce();
        }
    }

    /** Sends on its way what waited for a cut to end. */
    void release() {
        one.release();
        other.release();
    }

    void reset() {
        one.loseSuffix();
        other.loseSuffix();
        one.breakLater();
        other.breakLater();
    }
}
