package dev.quorate.sim.member;

import dev.quorate.ensemble.member.Transport;
import dev.quorate.ensemble.zab.Message;
import dev.quorate.sim.check.Broken;
import dev.quorate.sim.check.Ledger;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Passes everything on between a member and its network. What the member says it promised or has is on its disk by
 * then; and no member breaks with another because of something that a member may not say.
 */
final class ProbedTransport implements Transport {
    private static final Pattern BREACH = Pattern.compile("broke the protocol|sent an unexpected|do not follow");

    private final int member;
    private final Transport transport;
    private final Ledger ledger;

    ProbedTransport(int member, Transport transport, Ledger ledger) {
        this.member = member;
        this.transport = transport;
        this.ledger = ledger;
    }

    @Override
    public void start(Listener listener, LocalInfo self) {
        transport.start(listener, self);
    }

    @Override
    public void contacts(Directory own, List<PeerAddress> called) {
        transport.contacts(own, called);
    }

    @Override
    public void update(LocalInfo self) {
        transport.update(self);
    }

    @Override
    public void send(int peer, long link, Message message) {
        ledger.says(message);
        transport.send(peer, link, message);
    }

    @Override
    public void flush() {
        transport.flush();
    }

    @Override
    public long queuedBytes(int peer, long link) {
        return transport.queuedBytes(peer, link);
    }

    @Override
    public void disconnect(int peer, long link, String reason) {
        Broken.unless(!BREACH.matcher(reason).find(),
                () -> "member %d breaks with member %d: %s".formatted(member, peer, reason));
        transport.disconnect(peer, link, reason);
    }
}
