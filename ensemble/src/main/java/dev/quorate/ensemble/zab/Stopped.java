package dev.quorate.ensemble.zab;

/** Takes part in nothing, for good. */
final class Stopped implements Role {
    private final Context context;
    private final String reason;

    Stopped(Context context, String reason) {
        this.context = context;
        this.reason = reason;
    }

    @Override
    public PeerView.RoleName name() {
        return PeerView.RoleName.STOPPED;
    }

    @Override
    public Next start() {
        context.emit(new Effect.Fence(context.generation()));
        return Next.STAY;
    }

    @Override
    public Next fenced(long zxid) {
        context.fenced(zxid);
        return Next.STAY;
    }

    @Override
    public String stayOutReason() {
        return reason;
    }
}
