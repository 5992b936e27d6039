#include "compression.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <zlib.h>
#include <zstd.h>

namespace sonde::inline v0::detail {
namespace {

constexpr int gzip_window_bits = 15 + 16;  // zlib's way to say gzip instead of zlib format
constexpr std::size_t piece_len = 65536;   // octets of compressed output gathered

tl::unexpected<capture_error> broken(const char* what, std::uint64_t offset) {
    return tl::unexpected(capture_error{
        .reason = capture_reason::broken_compression, .what = what, .offset_octets = offset});
}

bool begins_gzip(bytes_view in) noexcept { return in.size() >= 2 && be16_at(in, 0) == 0x1f8b; }

class gzip_source final : public octet_source {
  public:
    explicit gzip_source(input_window in) : in_(std::move(in)) {
        ready_ = ::inflateInit2(&stream_, gzip_window_bits) == Z_OK;
    }
    ~gzip_source() override {
        if (ready_) ::inflateEnd(&stream_);
    }

    capture_result<std::size_t> read(bytes_mut out) override {
        if (!ready_) return broken("zlib cannot begin", 0);
        stream_.next_out = out.data();
        stream_.avail_out = static_cast<uInt>(out.size());
        while (stream_.avail_out == out.size() && !ended_) {
            if (auto done = step(); !done) return tl::unexpected(done.error());
        }
        return out.size() - stream_.avail_out;
    }
    capture_result<void> rewind() override {
        ended_ = false;
        if (ready_) ::inflateReset(&stream_);
        return in_.rewind();
    }

  private:
    capture_result<void> step() {
        const bytes_view in = in_.peek(1);
        if (in.empty()) {
            if (in_.failure()) return tl::unexpected(*in_.failure());
            return broken("gzip stream ends early", in_.offset());
        }
        stream_.next_in = const_cast<Bytef*>(in.data());  // zlib only reads there
        stream_.avail_in = static_cast<uInt>(std::min(in.size(), input_window::chunk_len));
        const auto offered = stream_.avail_in;
        const int said = ::inflate(&stream_, Z_NO_FLUSH);
        in_.skip(offered - stream_.avail_in);
        if (said == Z_STREAM_END) {
            // Whatever follows the last member, for example the padding of a tape, is not ours.
            ended_ = !begins_gzip(in_.peek(2));
            if (!ended_) ::inflateReset(&stream_);
        } else if (said != Z_OK && said != Z_BUF_ERROR) {
            return broken("gzip stream is damaged", in_.offset());
        }
        return {};
    }

    input_window in_;
    z_stream stream_{};
    bool ready_ = false;
    bool ended_ = false;
};

class zstd_source final : public octet_source {
  public:
    zstd_source(input_window in, std::uint8_t window_log_max)
        : in_(std::move(in)), context_(::ZSTD_createDCtx(), ::ZSTD_freeDCtx) {
        ::ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, window_log_max);
    }

    capture_result<std::size_t> read(bytes_mut out) override {
        ZSTD_outBuffer made{out.data(), out.size(), 0};
        while (made.pos == 0) {
            const bytes_view octets = in_.peek(1);
            if (octets.empty() && in_.failure()) return tl::unexpected(*in_.failure());
            // Without input there may still be output that the last call had no room for.
            ZSTD_inBuffer in{octets.data(), octets.size(), 0};
            const std::size_t said = ::ZSTD_decompressStream(context_.get(), &made, &in);
            if (::ZSTD_isError(said) != 0) {
                return broken(::ZSTD_getErrorName(said), in_.offset());
            }
            in_.skip(in.pos);
            if (!octets.empty() || said == 0) inside_frame_ = said != 0;
            if (octets.empty() && made.pos == 0) {
                if (inside_frame_) return broken("zstd stream ends early", in_.offset());
                break;
            }
        }
        return made.pos;
    }
    capture_result<void> rewind() override {
        ::ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
        inside_frame_ = false;
        return in_.rewind();
    }

  private:
    input_window in_;
    std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context_;
    bool inside_frame_ = false;
};

class gzip_sink final : public octet_sink {
  public:
    explicit gzip_sink(std::unique_ptr<octet_sink> out) : out_(std::move(out)) {
        constexpr int memory_level = 8;  // zlib's default
        ready_ = ::deflateInit2(&stream_,
                                Z_DEFAULT_COMPRESSION,
                                Z_DEFLATED,
                                gzip_window_bits,
                                memory_level,
                                Z_DEFAULT_STRATEGY) == Z_OK;
    }
    ~gzip_sink() override {
        if (ready_) ::deflateEnd(&stream_);
    }
    capture_result<void> write(bytes_view octets) override { return pump(octets, Z_NO_FLUSH); }
    capture_result<void> flush() override {
        if (auto done = pump({}, Z_SYNC_FLUSH); !done) return done;
        return out_->flush();
    }
    capture_result<void> close() override {
        auto done = pump({}, Z_FINISH);
        const auto closed = out_->close();
        return done ? closed : done;
    }

  private:
    capture_result<void> pump(bytes_view octets, int how) {
        if (!ready_) return broken("zlib cannot begin", 0);
        stream_.next_in = const_cast<Bytef*>(octets.data());  // zlib only reads there
        stream_.avail_in = static_cast<uInt>(octets.size());
        do {
            stream_.next_out = piece_.data();
            stream_.avail_out = static_cast<uInt>(piece_.size());
            ::deflate(&stream_, how);
            const bytes_view made = bytes_view(piece_).first(piece_.size() - stream_.avail_out);
            if (auto done = out_->write(made); !done) return done;
        } while (stream_.avail_out == 0);
        return {};
    }

    std::unique_ptr<octet_sink> out_;
    z_stream stream_{};
    std::array<std::uint8_t, piece_len> piece_{};
    bool ready_ = false;
};

class zstd_sink final : public octet_sink {
  public:
    explicit zstd_sink(std::unique_ptr<octet_sink> out)
        : out_(std::move(out)), context_(::ZSTD_createCCtx(), ::ZSTD_freeCCtx) {
        ::ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
    }
    capture_result<void> write(bytes_view octets) override { return pump(octets, ZSTD_e_continue); }
    capture_result<void> flush() override {
        if (auto done = pump({}, ZSTD_e_flush); !done) return done;
        return out_->flush();
    }
    capture_result<void> close() override {
        auto done = pump({}, ZSTD_e_end);
        const auto closed = out_->close();
        return done ? closed : done;
    }

  private:
    capture_result<void> pump(bytes_view octets, ZSTD_EndDirective how) {
        ZSTD_inBuffer in{octets.data(), octets.size(), 0};
        std::size_t left = 0;
        do {
            ZSTD_outBuffer made{piece_.data(), piece_.size(), 0};
            left = ::ZSTD_compressStream2(context_.get(), &made, &in, how);
            if (::ZSTD_isError(left) != 0) return broken(::ZSTD_getErrorName(left), 0);
            if (auto done = out_->write(bytes_view(piece_).first(made.pos)); !done) return done;
        } while (how == ZSTD_e_continue ? in.pos < in.size : left != 0);
        return {};
    }

    std::unique_ptr<octet_sink> out_;
    std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context_;
    std::array<std::uint8_t, piece_len> piece_{};
};

}  // namespace

capture_compression compression_of(bytes_view first) noexcept {
    if (begins_gzip(first)) return capture_compression::gzip;
    if (first.size() < 4) return capture_compression::none;
    const std::uint32_t magic = load32(byte_order::little, first, 0);
    const bool skippable = (magic & 0xfffffff0) == 0x184d2a50;
    return magic == 0xfd2fb528 || skippable ? capture_compression::zstd : capture_compression::none;
}

std::unique_ptr<octet_source> decompress(input_window in, capture_compression compression,
                                         std::uint8_t zstd_window_log_max) {
    if (compression == capture_compression::gzip) {
        return std::make_unique<gzip_source>(std::move(in));
    }
    return std::make_unique<zstd_source>(std::move(in), zstd_window_log_max);
}

std::unique_ptr<octet_sink> compress(std::unique_ptr<octet_sink> out,
                                     capture_compression compression) {
    if (compression == capture_compression::gzip)
        return std::make_unique<gzip_sink>(std::move(out));
    if (compression == capture_compression::zstd)
        return std::make_unique<zstd_sink>(std::move(out));
    return out;
}

}  // namespace sonde::inline v0::detail
