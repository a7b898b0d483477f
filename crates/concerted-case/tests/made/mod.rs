//! A small file of every format, made up for the tests: same words, nobody's posts.
//!
//! Each has at least one post, but for those whose format has none to give.

/// A file of a format.
pub(crate) struct Made {
    /// The format's name.
    pub(crate) format: &'static str,
    /// What the file would be called.
    pub(crate) file: &'static str,
    /// What is in it.
    pub(crate) content: &'static str,
    /// Posts in it.
    pub(crate) posts: u64,
}

const fn made(format: &'static str, file: &'static str, posts: u64, content: &'static str) -> Made {
    Made { format, file, content, posts }
}

/// One file of each format that is text.
pub(crate) const MADE: &[Made] = &[
    made(
        "x-io",
        "tweets.csv",
        2,
        "tweetid,userid,user_display_name,user_screen_name,tweet_language,tweet_text,tweet_time,tweet_client_name,in_reply_to_userid,in_reply_to_tweetid,quoted_tweet_tweetid,is_retweet,retweet_userid,retweet_tweetid,hashtags,urls,user_mentions\n\
        1785640310404022272,hash1=,hash1=,hash1=,en,\"a, b #Tag\",2024-05-01 12:00,App,,,,False,,,[Tag],\"[https://e.example/1,2, https://e.example/3]\",[77]\n\
        1785640812671926276,hash2=,n,n,fa,RT @x: سلام,2024-05-01 12:02,App,,,,True,78,1785640310404022272,,,\n",
    ),
    made(
        "x-io-users",
        "users.csv",
        0,
        "userid,user_display_name,user_screen_name,user_reported_location,follower_count,following_count,account_creation_date\n\
        hash1=,n,n,,1,2,2019-01-01\n",
    ),
    made(
        "ira538",
        "IRAhandle.csv",
        2,
        "external_author_id,author,content,language,publish_date,post_type,alt_external_id,tweet_id,tco1_step1,tco2_step1,tco3_step1\n\
        1.5E+18,NAME_A,'@b hello #Tag,English,5/1/2024 12:00,,1500000000000000001,1785640310404022272,https://e.example/1,,\n\
        1.5E+18,NAME_B,RT words,English,5/1/2024 12:02,RETWEET,1500000000000000002,1785640812671926276,,,\n",
    ),
    made(
        "x-v1",
        "stream.jsonl",
        2,
        "{\"created_at\":\"Wed May 01 12:00:00 +0000 2024\",\"id\":1785640310404022272,\"id_str\":\"1785640310404022272\",\"text\":\"cut…\",\"extended_tweet\":{\"full_text\":\"whole #Tag\",\"entities\":{\"hashtags\":[{\"text\":\"Tag\"}],\"urls\":[{\"expanded_url\":\"https://e.example/1\"}],\"user_mentions\":[{\"id_str\":\"77\"}]}},\"source\":\"<a href=\\\"x\\\">App</a>\",\"user\":{\"id_str\":\"1\",\"screen_name\":\"a\"},\"lang\":\"en\"}\n\
        {\"created_at\":\"Wed May 01 12:02:00 +0000 2024\",\"id_str\":\"1785640812671926276\",\"full_text\":\"RT @a: wh…\",\"user\":{\"id_str\":\"2\",\"screen_name\":\"b\"},\"retweeted_status\":{\"created_at\":\"Wed May 01 12:00:00 +0000 2024\",\"id_str\":\"1785640310404022272\",\"full_text\":\"whole\",\"user\":{\"id_str\":\"1\"},\"entities\":{}}}\n\
        {\"delete\":{\"status\":{\"id_str\":\"1785640310404022272\",\"user_id_str\":\"1\"},\"timestamp_ms\":\"1714565000000\"}}\n\
        {\"limit\":{\"track\":5}}\n",
    ),
    made(
        "x-v2",
        "pages.jsonl",
        2,
        "{\"data\":[{\"id\":\"1785640310404022272\",\"author_id\":\"1\",\"text\":\"words #Tag\",\"created_at\":\"2024-05-01T12:00:00.000Z\",\"lang\":\"en\",\"entities\":{\"hashtags\":[{\"tag\":\"Tag\"}],\"urls\":[{\"expanded_url\":\"https://e.example/1\"}],\"mentions\":[{\"username\":\"b\",\"id\":\"2\"}]}},{\"id\":\"1785640812671926276\",\"author_id\":\"2\",\"text\":\"RT @a: wo…\",\"created_at\":\"2024-05-01T12:02:00.000Z\",\"referenced_tweets\":[{\"type\":\"retweeted\",\"id\":\"1785640310404022272\"}]}],\"includes\":{\"users\":[{\"id\":\"1\",\"username\":\"a\"}],\"tweets\":[{\"id\":\"9\",\"text\":\"x\"}]},\"meta\":{}}\n",
    ),
    made(
        "twarc-csv",
        "tweets.csv",
        1,
        "id,author_id,created_at,text,lang,source,referenced_tweets.replied_to.id,referenced_tweets.retweeted.id,referenced_tweets.quoted.id,entities.hashtags,entities.mentions,entities.urls,author.username\n\
        1785640310404022272,1,2024-05-01T12:00:00.000Z,words,en,App,,,,\"[\"\"#Tag\"\"]\",\"[\"\"@b\"\"]\",\"[\"\"https://e.example/1,2\"\"]\",a\n",
    ),
    made(
        "x-archive",
        "tweets.js",
        0,
        "window.YTD.tweets.part0 = [ {\n \"tweet\" : { \"id_str\" : \"1785640310404022272\", \"created_at\" : \"Wed May 01 12:00:00 +0000 2024\", \"full_text\" : \"words\" } } ]",
    ),
    made(
        "snscrape",
        "tweets.jsonl",
        2,
        "{\"_type\":\"snscrape.modules.twitter.Tweet\",\"date\":\"2024-05-01T12:00:00+00:00\",\"rawContent\":\"words\",\"id\":1785640310404022272,\"user\":{\"username\":\"a\",\"id\":1500000000000000001},\"lang\":\"en\",\"links\":[{\"url\":\"https://e.example/1\"}],\"hashtags\":[\"Tag\"]}\n\
        {\"_type\":\"snscrape.modules.twitter.Tweet\",\"date\":\"2024-05-01T12:02:00+00:00\",\"content\":\"older\",\"id\":1785640812671926276,\"user\":{\"username\":\"b\",\"id\":1500000000000000002},\"outlinks\":[\"https://e.example/2\"],\"quotedTweet\":{\"id\":1785640310404022272}}\n",
    ),
    made(
        "twint",
        "tweets.tsv",
        1,
        "id\tconversation_id\tcreated_at\tdate\ttime\ttimezone\tuser_id\tusername\tname\ttweet\tlanguage\tmentions\turls\tphotos\thashtags\tquote_url\treply_to\n\
        1785640310404022272\t1\t2024-05-01 14:00:00 CEST\t2024-05-01\t14:00:00\t+0200\t1\ta\tA\twords\ten\t[]\t['https://e.example/1']\t[]\t['tag']\thttps://twitter.example/b/status/5\t[{'user_id': '12', 'username': 'b'}]\n",
    ),
    made(
        "jetstream",
        "events.jsonl",
        2,
        "{\"did\":\"did:plc:a\",\"time_us\":1714564800910000,\"kind\":\"commit\",\"commit\":{\"operation\":\"create\",\"collection\":\"app.bsky.feed.post\",\"rkey\":\"3krggwxu26k27\",\"record\":{\"text\":\"سلام #تگ\",\"facets\":[{\"index\":{\"byteStart\":9,\"byteEnd\":14},\"features\":[{\"$type\":\"app.bsky.richtext.facet#tag\",\"tag\":\"تگ\"}]}],\"embed\":{\"media\":{\"images\":[{\"image\":{\"ref\":{\"$link\":\"bafy1\"}}}]},\"record\":{\"record\":{\"uri\":\"at://did:plc:b/app.bsky.feed.post/3krggyqths227\"}}}}}}\n\
        {\"$type\":\"message\",\"payload\":{\"$type\":\"network.bsky.jetstream.subscribeEvents#commit\",\"did\":\"did:plc:b\",\"time\":\"2024-05-01T12:02:00.660000Z\",\"operation\":\"create\",\"collection\":\"app.bsky.feed.repost\",\"rkey\":\"3krgh2k2jk227\",\"record\":{\"subject\":{\"uri\":\"at://did:plc:a/app.bsky.feed.post/3krggwxu26k27\"}}}}\n\
        {\"did\":\"did:plc:a\",\"time_us\":1714565000000000,\"kind\":\"commit\",\"commit\":{\"operation\":\"delete\",\"collection\":\"app.bsky.feed.post\",\"rkey\":\"3krggwxu26k27\"}}\n\
        {\"did\":\"did:plc:a\",\"time_us\":1714565000000001,\"kind\":\"commit\",\"commit\":{\"operation\":\"create\",\"collection\":\"app.bsky.feed.like\",\"rkey\":\"3krggwxu26k27\",\"record\":{}}}\n",
    ),
    made(
        "bluesky-feed",
        "feed.json",
        2,
        "{\"feed\":[{\"post\":{\"uri\":\"at://did:plc:a/app.bsky.feed.post/3krggwxu26k27\",\"author\":{\"did\":\"did:plc:a\",\"handle\":\"a.example\"},\"record\":{\"text\":\"words\",\"createdAt\":\"2024-05-01T12:00:00.250Z\"},\"indexedAt\":\"2024-05-01T12:00:01.000Z\"}},\n{\"post\":{\"uri\":\"at://did:plc:a/app.bsky.feed.post/3krggwxu26k27\",\"author\":{\"did\":\"did:plc:a\",\"handle\":\"a.example\"},\"record\":{\"text\":\"words\",\"createdAt\":\"2024-05-01T12:00:00.250Z\"},\"indexedAt\":\"2024-05-01T12:00:01.000Z\"},\"reason\":{\"$type\":\"app.bsky.feed.defs#reasonRepost\",\"by\":{\"did\":\"did:plc:b\",\"handle\":\"b.example\"},\"indexedAt\":\"2024-05-01T12:02:00.000Z\"}}],\"cursor\":\"x\"}",
    ),
    made(
        "mastodon",
        "statuses.json",
        2,
        "[{\"id\":\"112365718749184000\",\"created_at\":\"2024-05-01T12:00:00.250Z\",\"visibility\":\"public\",\"uri\":\"https://s.example/users/a/statuses/112365718749184000\",\"content\":\"<p>words &amp; <a href=\\\"https://e.example/1\\\">link</a></p>\",\"account\":{\"acct\":\"a\",\"url\":\"https://s.example/@a\"},\"tags\":[{\"name\":\"tag\"}],\"mentions\":[{\"acct\":\"b\",\"url\":\"https://s.example/@b\"}],\"media_attachments\":[{\"id\":\"5\",\"blurhash\":\"LEHV6n\"}],\"reblog\":null},\n{\"id\":\"7\",\"created_at\":\"2024-05-01T12:02:00.000Z\",\"visibility\":\"public\",\"uri\":\"https://s.example/users/b/statuses/112365726597120000/activity\",\"content\":\"\",\"account\":{\"acct\":\"b@t.example\",\"url\":\"https://t.example/@b\"},\"reblog\":{\"uri\":\"https://s.example/users/a/statuses/112365718749184000\",\"content\":\"<p>words</p>\",\"created_at\":\"2024-05-01T12:00:00.250Z\",\"account\":{\"acct\":\"a\",\"url\":\"https://s.example/@a\"}}}]",
    ),
    made(
        "mastodon",
        "stream.sse",
        1,
        ":)\nevent: update\ndata: {\"created_at\":\"2024-05-01T12:00:00.250Z\",\"visibility\":\"public\",\"uri\":\"https://s.example/users/a/statuses/112365718749184000\",\"content\":\"<p>words</p>\",\"account\":{\"acct\":\"a\",\"url\":\"https://s.example/@a\"}}\n\nevent: status.update\ndata: {\"uri\":\"https://s.example/users/a/statuses/112365718749184000\",\"edited_at\":\"2024-05-01T12:10:00.000Z\"}\n\nevent: delete\ndata: 112365718749184000\n\nevent: notification\ndata: {}\n\n",
    ),
    made(
        "mastodon",
        "messages.jsonl",
        1,
        "{\"stream\":[\"public\"],\"event\":\"update\",\"payload\":\"{\\\"created_at\\\":\\\"2024-05-01T12:00:00.250Z\\\",\\\"visibility\\\":\\\"public\\\",\\\"uri\\\":\\\"https://s.example/users/a/statuses/112365718749184000\\\",\\\"content\\\":\\\"words\\\",\\\"account\\\":{\\\"acct\\\":\\\"a\\\",\\\"url\\\":\\\"https://s.example/@a\\\"}}\"}\n\
        {\"stream\":[\"public\"],\"event\":\"delete\",\"payload\":\"112365718749184000\"}\n",
    ),
    made(
        "activitystreams",
        "outbox.json",
        2,
        "{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"type\":\"OrderedCollectionPage\",\"orderedItems\":[{\"id\":\"https://s.example/1/activity\",\"type\":\"Create\",\"actor\":\"https://s.example/users/a\",\"published\":\"2024-05-01T12:00:00Z\",\"object\":{\"id\":\"https://s.example/1\",\"type\":\"Note\",\"content\":\"<p>words</p>\",\"contentMap\":{\"en\":\"<p>words</p>\"},\"inReplyTo\":\"https://s.example/0\",\"tag\":[{\"type\":\"Hashtag\",\"name\":\"#tag\"},{\"type\":\"Mention\",\"href\":\"https://s.example/users/b\"}],\"attachment\":[{\"type\":\"Document\",\"url\":\"https://s.example/p.png\"}]}},{\"id\":\"https://s.example/2\",\"type\":\"Announce\",\"actor\":{\"id\":\"https://s.example/users/a\",\"preferredUsername\":\"a\"},\"published\":\"2024-05-01T12:02:00Z\",\"object\":{\"id\":\"https://t.example/9\"}},{\"id\":\"https://s.example/3\",\"type\":\"Delete\",\"actor\":\"https://s.example/users/a\",\"object\":\"https://s.example/1\"},{\"id\":\"https://s.example/4\",\"type\":\"Like\",\"actor\":\"https://s.example/users/a\",\"object\":\"https://t.example/9\"}]}",
    ),
    made(
        "telegram-desktop",
        "result.json",
        3,
        "{\n \"name\": \"Chat\",\n \"type\": \"public_channel\",\n \"id\": 123,\n \"messages\": [\n  {\"id\":1,\"type\":\"service\",\"date_unixtime\":\"1714564800\"},\n  {\"id\":2,\"type\":\"message\",\"date\":\"2024-05-01T15:30:00\",\"date_unixtime\":\"1714564800\",\"from\":\"A\",\"from_id\":\"channel123\",\"text\":[\"bell \\x07 \",{\"type\":\"link\",\"text\":\"e.example/1\"},{\"type\":\"hashtag\",\"text\":\"#Tag\"}],\"text_entities\":[{\"type\":\"plain\",\"text\":\"bell \\x07 \"},{\"type\":\"link\",\"text\":\"e.example/1\"},{\"type\":\"hashtag\",\"text\":\"#Tag\"}]},\n  {\"id\":3,\"type\":\"message\",\"date_unixtime\":\"1714564920\",\"from\":null,\"from_id\":\"user5\",\"forwarded_from\":\"B\",\"text\":\"words\",\"photo\":\"photos/1.jpg\"},\n  {\"id\":4,\"type\":\"message\",\"date_unixtime\":\"1714565300\",\"from\":\"C\",\"from_id\":\"user6\",\"reply_to_message_id\":2,\"text\":\"answer\",\"file\":\"(File not included. Change data exporting settings to download.)\"}\n ]\n}",
    ),
    made(
        "telethon",
        "messages.jsonl",
        2,
        "{\"_\":\"Message\",\"id\":1,\"peer_id\":{\"_\":\"PeerChannel\",\"channel_id\":123},\"date\":\"2024-05-01T12:00:00+00:00\",\"message\":\"🌍 #مرحبا\",\"entities\":[{\"_\":\"MessageEntityHashtag\",\"offset\":3,\"length\":6}]}\n\
        {\"_\":\"Message\",\"id\":2,\"peer_id\":{\"channel_id\":123},\"from_id\":{\"user_id\":7},\"date\":\"2024-05-01T12:02:00+00:00\",\"message\":\"words\",\"fwd_from\":{\"date\":\"2024-05-01T12:00:00+00:00\",\"from_id\":{\"channel_id\":9},\"channel_post\":77},\"media\":{\"photo\":{\"id\":5}}}\n\
        {\"_\":\"MessageService\",\"id\":3,\"peer_id\":{\"channel_id\":123}}\n",
    ),
    made(
        "telegram-tracker",
        "messages.csv",
        2,
        "channel_id,channel_name,msg_id,message,cleaned_message,date,is_forward,forward_msg_from_peer_name,forward_msg_date,forward_msg_link,reply_to_msg_id,url\n\
        123,chan,1,words #Tag,,2024-05-01 12:00:00+00:00,0,,,,,https://e.example/1\n\
        123,chan,2,,cleaned,2024-05-01 12:02:00+00:00,1,other,2024-05-01 12:00:00,https://t.example/other/9,1.0,\n",
    ),
    made(
        "telegram-list",
        "messages.json",
        1,
        "[{\"message_id\":1,\"sender_id\":-100,\"text\":\"words #Tag\",\"date\":\"2024-05-01T12:00:00+00:00\",\"channel\":\"chan\",\"category\":\"x\"}]",
    ),
    made(
        "reddit",
        "RS.ndjson",
        2,
        "{\"id\":\"1ch00\",\"author\":\"a\",\"author_fullname\":\"t2_a\",\"created_utc\":\"1714564800\",\"subreddit\":\"demo\",\"title\":\"words\",\"selftext\":\"hi u/beta\",\"url\":\"https://e.example/1\",\"is_self\":false}\n\
        {\"id\":\"l1\",\"author\":\"b\",\"author_fullname\":\"t2_b\",\"created_utc\":1714564900,\"subreddit\":\"demo\",\"body\":\"answer\",\"parent_id\":\"t3_1ch00\",\"link_id\":\"t3_1ch00\"}\n\
        {\"id\":\"l2\",\"author\":\"[deleted]\",\"created_utc\":1714564901,\"subreddit\":\"demo\",\"body\":\"[removed]\",\"parent_id\":\"t3_1ch00\"}\n",
    ),
    made(
        "reddit-csv",
        "submissions.csv",
        0,
        "title,score,id,url,comms_num,created,body,timestamp\nwords,1,lt7,https://e.example/1,0,1614400425.0,,2021-02-27 06:33:45\n",
    ),
    made(
        "tiktok",
        "videos.json",
        1,
        "{\"data\":{\"videos\":[{\"id\":7363999742872787800,\"username\":\"a\",\"create_time\":1714564800,\"video_description\":\"words @b https://e.example/1\",\"music_id\":71,\"hashtag_names\":[\"tag\"],\"effect_ids\":[\"0\",\"9\"]}],\"cursor\":100,\"search_id\":\"7\"}}",
    ),
    made(
        "zeeschuimer",
        "items.ndjson",
        2,
        "{\"item_id\":\"7363999742872787800\",\"timestamp_collected\":1714651200250,\"source_platform\":\"tiktok.com\",\"data\":{\"id\":\"7363999742872787800\",\"desc\":\"words\",\"createTime\":1714564800,\"author\":{\"id\":\"1\",\"uniqueId\":\"a\"},\"music\":{\"id\":\"71\"},\"challenges\":[{\"title\":\"tag\"}]}}\n\
        {\"item_id\":\"1785640310404022272\",\"timestamp_collected\":1714651200250,\"source_platform\":\"x.com\",\"data\":{\"rest_id\":\"1785640310404022272\",\"core\":{\"user_results\":{\"result\":{\"core\":{\"screen_name\":\"a\"}}}},\"legacy\":{\"user_id_str\":\"1\",\"created_at\":\"Wed May 01 12:00:00 +0000 2024\",\"full_text\":\"cut\",\"lang\":\"en\",\"entities\":{\"hashtags\":[{\"text\":\"Tag\"}]}},\"note_tweet\":{\"note_tweet_results\":{\"result\":{\"text\":\"whole\"}}}}}\n\
        {\"item_id\":\"1\",\"source_platform\":\"instagram.com\",\"data\":{}}\n",
    ),
    made(
        "youtube",
        "threads.json",
        2,
        "{\"kind\":\"youtube#commentThreadListResponse\",\"items\":[{\"kind\":\"youtube#commentThread\",\"id\":\"U1\",\"snippet\":{\"videoId\":\"v\",\"topLevelComment\":{\"kind\":\"youtube#comment\",\"id\":\"U1\",\"snippet\":{\"authorDisplayName\":\"@a\",\"authorChannelId\":{\"value\":\"UCa\"},\"textDisplay\":\"one<br>two &amp; #Tag\",\"publishedAt\":\"2024-05-01T12:00:00Z\",\"updatedAt\":\"2024-05-01T12:01:00Z\"}}},\"replies\":{\"comments\":[{\"kind\":\"youtube#comment\",\"id\":\"U1.1\",\"snippet\":{\"authorDisplayName\":\"@b\",\"authorChannelId\":{\"value\":\"UCb\"},\"textOriginal\":\"answer\",\"parentId\":\"U1\",\"publishedAt\":\"2024-05-01T12:02:00Z\"}}]}}]}",
    ),
    made(
        "youtube-tools",
        "comments.csv",
        2,
        "id,replyCount,likeCount,publishedAt,authorName,text,authorChannelId,isReply,isReplyTo\n\
        U1,0,0,2024-05-01 12:00:00,@a,\"said \\\"hi\\\" and \"\"bye\"\"\",UCa,0,\nU2,0,0,2024-05-01 12:02:00,@b,answer #Tag,UCb,1,U1\n",
    ),
    made(
        "crowdtangle-facebook",
        "posts.csv",
        2,
        "\u{feff}Page Name,User Name,Facebook Id,Post Created,Type,Total Interactions,URL,Message,Link,Final Link\n\
        Page A,page.a,100,2024-05-01 08:00:00 EDT,Link,\"1,234\",https://www.facebook.com/100/posts/1,words #Tag,https://s.example/x,https://e.example/1\n\
        Page B,page.b,101,2024-05-01 08:02:00 EDT,Status,5,https://www.facebook.com/101/posts/2,words,https://www.facebook.com/101/posts/2,\n",
    ),
    made(
        "crowdtangle-instagram",
        "posts.csv",
        1,
        "Account,User Name,Followers at Posting,Post Created,Type,URL,Link,Photo,Description\n\
        A,a,10,2024-05-01 12:00:00 EDT,Photo,https://www.instagram.com/p/Cx0/,https://www.instagram.com/p/Cx0/,https://e.example/p.jpg,words #Tag\n",
    ),
    made(
        "mcl",
        "mcl.csv",
        1,
        "\u{feff}content_type,creation_time,hashtags,id,lang,link_attachment.link,mcl_url,multimedia,post_owner.id,post_owner.name,post_owner.username,shared_post_id,surface.id,text\n\
        posts,2024-05-01T12:00:00+00:00,\"[\"\"Tag\"\"]\",178,en,https://e.example/1,https://m.example/178,,150,Page,page,177,9,words\n",
    ),
    made(
        "4cat-x",
        "4cat.csv",
        2,
        "id,thread_id,timestamp,unix_timestamp,body,author,author_id,source,language_guess,possibly_sensitive,is_retweet,retweeted_user,is_quote_tweet,quoted_user,is_reply,replied_user,hashtags,urls,images,videos,mentions\n\
        1785640310404022272,1,2024-05-01 12:00:00,1714564800,words,a,1,App,en,no,no,,no,,yes,b,\"Tag,Other\",\"https://e.example/1,2,https://e.example/3\",,,b\n\
        1785640812671926276,2,2024-05-01 12:02:00,1714564920,RT,b,2,App,en,no,yes,a,no,,no,,,,,,\n",
    ),
    made(
        "4cat-telegram",
        "4cat.csv",
        2,
        "id,thread_id,chat,author,author_username,body,is_reply,reply_to,unix_timestamp,unix_timestamp_edited,author_forwarded_from_name,author_forwarded_from_id,entities_linked,entities_mentioned,unix_timestamp_forwarded_from,link_attached,attachment_filename\n\
        demo-1,demo,demo,1000,a,words #Tag,yes,7,1714564800,1714564900,,,https://e.example/1,b,,,f.jpg\n\
        demo-2,demo,demo,1001,b,words,no,,1714564920,,Chan,111,,,1714564000,,\n",
    ),
    made(
        "4cat-bluesky",
        "4cat.csv",
        1,
        "id,thread_id,created_at,author,author_id,body,link,tags,quoted_post,quoted_user,replied_to_post,replied_to_user,replies_allowed,mentions,links,images,languages,timestamp\n\
        at://did:plc:a/app.bsky.feed.post/3krggwxu26k27,,2024-05-01T12:00:00,a.example,did:plc:a,words,,Tag,,,at://did:plc:b/app.bsky.feed.post/3krggyqths227,b.example,True,,https://e.example/1,,en,1714564800\n",
    ),
    made(
        "4cat-tiktok",
        "4cat.csv",
        1,
        "collected_from_url,id,thread_id,author,author_full,body,timestamp,unix_timestamp,music_name,music_id,tiktok_url,hashtags\n\
        https://x.example,7363999742872787800,7363999742872787800,a,A,words @b,2024-05-01 12:00:00,1714564800,song,71,https://t.example,\"tag,other\"\n",
    ),
    made(
        "4cat-tiktok-comments",
        "4cat.csv",
        1,
        "id,thread_id,author,body,timestamp,unix_timestamp,likes,post_id,comment_url,language_guess\n\
        7363999742872787801,1,a,words,2024-05-01 12:00:00,1714564800,0,7363999742872787800,https://t.example,en\n",
    ),
    made(
        "4cat-instagram",
        "4cat.csv",
        1,
        "id,timestamp,thread_id,parent_id,body,author_id,author,media_type,num_media,media_urls,hashtags,usertags,unix_timestamp\n\
        Cx0,2024-05-01 12:00:00,Cx0,,words,1,a,photo,1,https://e.example/p.jpg,Tag,b,1714564800\n",
    ),
    made(
        "4cat-threads",
        "4cat.csv",
        1,
        "id,thread_id,body,timestamp,author,image_url,video_url,link_url,likes,reposts,replies,quotes,hashtags,unix_timestamp\n\
        T2,T1,words,2024-05-01 12:00:00,a,,,https://e.example/1,0,0,0,0,Tag,1714564800\n",
    ),
    made(
        "4cat-facebook",
        "4cat.csv",
        1,
        "id,url,body,timestamp,author,author_name,image_url,video_url,is_in_group,group_name,unix_timestamp\n\
        F1,https://f.example,words #Tag,2024-05-01 12:00:00,100,A,,,no,,1714564800\n",
    ),
    made(
        "4cat-truth",
        "4cat.csv",
        1,
        "id,created_at,body,url,reblogs_count,replies_count,account_id,account_username,mentions,hashtags,images,video_thumbs,video_urls,thread_id,timestamp\n\
        112365718749184000,2024-05-01T12:00:00.250Z,words,https://t.example,0,0,1,a,b,Tag,,,,112365718749184000,2024-05-01 12:00:00\n",
    ),
    made(
        "4cat-gab",
        "4cat.csv",
        1,
        "id,created_at,body,url,reaction_count,favourites_count,account_id,account_username,mentions,tags,link_url,image_urls,video_urls,thread_id,timestamp\n\
        112,2024-05-01T12:00:00.250Z,words,https://g.example,0,0,1,a,,Tag,https://e.example/1,,,112,2024-05-01 12:00:00\n",
    ),
    made(
        "4cat-vk",
        "4cat.csv",
        1,
        "id,thread_id,timestamp,unix_timestamp,link,item_type,body,author_id,author_type,author_screen_name,in_reply_to_user,in_reply_to_comment_id,source,photos,videos,links\n\
        V1,V1,2024-05-01 12:00:00,1714564800,https://v.example,post,words #Tag,1,user,a,,,app,,,https://e.example/1\n",
    ),
    made(
        "4cat-4chan",
        "4cat.csv",
        1,
        "thread_id,id,timestamp,unix_timestamp,board,body,subject,author,image_file,image_md5,country_code\n\
        10,11,2024-05-01 12:00:00,1714564800,pol,words,,Trip!abc,f.jpg,md5a==,US\n10,12,2024-05-01 12:00:00,1714564800,pol,words,,Anonymous,,,US\n",
    ),
    made(
        "junkipedia",
        "posts.json",
        1,
        "{\"data\":[{\"id\":\"5\",\"type\":\"post\",\"attributes\":{\"published_at\":\"2024-05-01T12:00:00.000Z\",\"post_data\":{\"text\":\"words #Tag\"},\"search_data_fields\":{\"platform_name\":\"Telegram\",\"channel_data\":{\"channel_id\":\"9\",\"channel_name\":\"A\"}}}}]}",
    ),
    made(
        "coortweet",
        "shares.csv",
        3,
        "object_id,account_id,content_id,timestamp_share\nhttps://e.example/1,1,p1,1714564800\n#Tag,2,p2,1714564801\n1785640310404022272,3,p3,1714564802\n",
    ),
    made(
        "cnt",
        "cnt.csv",
        2,
        "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\n\
        p1,1,a,,,words,1714564800.25,https://e.example/1 https://e.example/2\np2,2,b,p1,,words,1714564801,\"['https://e.example/1', 'https://e.example/2']\"\n",
    ),
    made(
        "user-sequences",
        "users.jsonl",
        2,
        "{\"user_id\":\"1\",\"raw_sequences\":[{\"created_at\":\"Wed May 01 12:00:00 +0000 2024\",\"entities\":{\"hashtags\":[{\"text\":\"Tag\"}]}},{\"created_at\":\"Wed May 01 12:02:00 +0000 2024\",\"retweeted_status\":{\"id_str\":\"5\",\"created_at\":\"Wed May 01 11:00:00 +0000 2024\",\"user\":{\"id_str\":\"9\"},\"entities\":{}}}]}\n",
    ),
    made(
        "gdelt-doc",
        "artlist.json",
        1,
        "{\"articles\":[{\"url\":\"https://e.example/story\",\"title\":\"Story\",\"seendate\":\"20240501T120000Z\",\"socialimage\":\"https://e.example/p.jpg\",\"domain\":\"e.example\",\"language\":\"English\"}]}",
    ),
    made(
        "gdelt-gkg",
        "gkg.csv",
        1,
        "20240501120000-1\t20240501120000\t1\te.example\thttps://e.example/story\t\t\t\t\t\t\t\t\t\t\t\t\t\thttps://e.example/p.jpg\t\t\t\t\t\t\tsrclc:spa;eng:x\t\n",
    ),
    made(
        "feed",
        "rss.xml",
        1,
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"d\" xmlns:content=\"c\"><channel><title>T</title><link>https://e.example</link><language>en</language><item><title>Story &amp; more</title><link>https://e.example/story</link><guid>g1</guid><pubDate>Wed, 01 May 2024 12:00:00 GMT</pubDate><dc:creator>W</dc:creator><category>tag</category><content:encoded><![CDATA[<p>Full <a href=\"https://o.example/1\">text</a></p>]]></content:encoded><enclosure url=\"https://e.example/a.mp3\"/></item></channel></rss>",
    ),
    made(
        "feed",
        "atom.xml",
        1,
        "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"><title>T</title><entry><id>i1</id><title>Story</title><link rel=\"self\" href=\"https://e.example/feed\"/><link href=\"https://e.example/story\"/><published>2024-05-01T14:00:00+02:00</published><author><name>W</name></author><category term=\"tag\"/><content type=\"html\">&lt;p&gt;Full text&lt;/p&gt;</content></entry></feed>",
    ),
    made(
        "html",
        "page.html",
        1,
        "<!doctype html><html lang=\"en\"><head><title>Story</title><script>ga('create','UA-1234567-1')</script><link rel=\"canonical\" href=\"https://e.example/story\"><meta property=\"og:image\" content=\"https://e.example/p.jpg\"><script type=\"application/ld+json\">{\"@graph\":[{\"@type\":\"NewsArticle\",\"headline\":\"Story\",\"datePublished\":\"2024-05-01T12:00:00Z\",\"author\":[{\"name\":\"W\"}]}]}</script></head><body><article><p>Full text with <a href=\"https://o.example/1\">a link</a>.</p></article></body></html>",
    ),
    made(
        "warc",
        "pages.warc",
        1,
        "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 2\r\n\r\nhi\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://e.example/story\r\nWARC-Date: 2024-05-01T12:30:00Z\r\nContent-Type: application/http\r\nContent-Length: 170\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><head><meta property=\"article:published_time\" content=\"2024-05-01T12:00:00Z\"></head><body><p>Full text</p></body></html>\r\n\r\n",
    ),
    made(
        "concerted",
        "ours.csv",
        2,
        "account,time,platform,text,urls,repost_of,repost_of_born\na,2024-05-01T12:00:00Z,x,words,https://e.example/1 https://e.example/2,,\nb,2024-05-01T12:02:00Z,x,words,,77,2024-05-01T11:00:00Z\n",
    ),
    made(
        "named",
        "any.tsv",
        1,
        "user_id\tcreated_at\tbody\turl\n1\t2024-05-01T12:00:00Z\twords\thttps://e.example/1\n",
    ),
    // The fields that the files above have no example of.
    made(
        "x-io",
        "answer.csv",
        1,
        "tweetid,userid,user_screen_name,tweet_text,tweet_time,in_reply_to_tweetid,in_reply_to_userid,quoted_tweet_tweetid,is_retweet\n1785640310404022273,h,n,answer,2024-05-01 12:00,1785640310404022272,9,1785640310404022271,false\n",
    ),
    made(
        "x-v1",
        "answer.json",
        1,
        "[{\"created_at\":\"Wed May 01 12:00:00 +0000 2024\",\"id_str\":\"1785640310404022273\",\"text\":\"answer\",\"user\":{\"id_str\":\"1\"},\"in_reply_to_status_id_str\":\"1785640310404022272\",\"in_reply_to_user_id_str\":\"2\",\"quoted_status_id_str\":\"1785640310404022271\",\"extended_entities\":{\"media\":[{\"id_str\":\"5\"}]}}]",
    ),
    made(
        "x-v2",
        "flat.jsonl",
        2,
        "{\"id\":\"1785640310404022273\",\"author_id\":\"1\",\"author\":{\"username\":\"a\"},\"text\":\"answer\",\"created_at\":\"2024-05-01T12:00:00.000Z\",\"source\":\"App\",\"in_reply_to_user_id\":\"2\",\"referenced_tweets\":[{\"type\":\"replied_to\",\"id\":\"1785640310404022272\"},{\"type\":\"quoted\",\"id\":\"1785640310404022271\"}],\"attachments\":{\"media_keys\":[\"3_5\"]}}\n{\"id\":\"1785640310404022274\",\"author_id\":\"1\",\"text\":\"RT\",\"created_at\":\"2024-05-01T12:00:00.000Z\",\"referenced_tweets\":[{\"type\":\"retweeted\",\"id\":\"1785640310404022272\",\"author_id\":\"2\",\"text\":\"whole\"}]}\n",
    ),
    made(
        "twarc-csv",
        "answers.csv",
        2,
        "id,author_id,created_at,text,referenced_tweets.replied_to.id,referenced_tweets.retweeted.id,referenced_tweets.quoted.id,in_reply_to_user_id,retweeted_user_id,attachments.media_keys\n1785640310404022273,1,2024-05-01T12:00:00.000Z,answer,1785640310404022272,,1785640310404022271,2,,\"[\"\"3_5\"\"]\"\n1785640310404022274,1,2024-05-01T12:00:00.000Z,RT,,1785640310404022272,,,2,\n",
    ),
    made(
        "snscrape",
        "answers.jsonl",
        2,
        "{\"_type\":\"snscrape.modules.twitter.Tweet\",\"date\":\"2024-05-01T12:00:00+00:00\",\"rawContent\":\"answer\",\"id\":1785640310404022273,\"user\":{\"username\":\"a\",\"id\":1},\"sourceLabel\":\"App\",\"inReplyToTweetId\":1785640310404022272,\"inReplyToUser\":{\"id\":2},\"mentionedUsers\":[{\"id\":2}],\"media\":[{\"fullUrl\":\"https://e.example/p.jpg\"}]}\n{\"_type\":\"snscrape.modules.twitter.Tweet\",\"date\":\"2024-05-01T12:00:00+00:00\",\"rawContent\":\"RT\",\"id\":1785640310404022274,\"user\":{\"username\":\"a\",\"id\":1},\"retweetedTweet\":{\"id\":1785640310404022272,\"rawContent\":\"whole\",\"user\":{\"id\":2}}}\n",
    ),
    made(
        "twint",
        "retweet.csv",
        1,
        "id,conversation_id,date,time,timezone,user_id,username,tweet,mentions,photos,source,retweet_id,user_rt_id\n1785640310404022274,1,2024-05-01,12:00:00,+0000,1,a,RT,['b'],['https://e.example/p.jpg'],App,1785640310404022272,2\n",
    ),
    made(
        "jetstream",
        "answer.jsonl",
        1,
        "{\"did\":\"did:plc:c\",\"time_us\":1714564800910000,\"kind\":\"commit\",\"commit\":{\"operation\":\"create\",\"collection\":\"app.bsky.feed.post\",\"rkey\":\"3krggwxu26k27\",\"record\":{\"text\":\"answer\",\"langs\":[\"en\"],\"createdAt\":\"2024-05-01T12:00:00.250Z\",\"reply\":{\"parent\":{\"uri\":\"at://did:plc:b/app.bsky.feed.post/3krggyqths227\"}},\"facets\":[{\"features\":[{\"$type\":\"app.bsky.richtext.facet#link\",\"uri\":\"https://e.example/1\"},{\"$type\":\"app.bsky.richtext.facet#mention\",\"did\":\"did:plc:b\"},{\"$type\":\"app.bsky.richtext.facet#tag\",\"tag\":\"Tag\"}]}],\"embed\":{\"$type\":\"app.bsky.embed.images\",\"images\":[{\"image\":{\"ref\":{\"$link\":\"bafy2\"}}}]}}}}\n{\"did\":\"did:plc:c\",\"time_us\":1714564800910001,\"kind\":\"commit\",\"commit\":{\"operation\":\"update\",\"collection\":\"app.bsky.feed.post\",\"rkey\":\"3krggwxu26k27\",\"record\":{\"text\":\"answer\",\"langs\":[\"en\"],\"createdAt\":\"2024-05-01T12:00:00.250Z\",\"reply\":{\"parent\":{\"uri\":\"at://did:plc:b/app.bsky.feed.post/3krggyqths227\"}},\"facets\":[{\"features\":[{\"$type\":\"app.bsky.richtext.facet#link\",\"uri\":\"https://e.example/1\"},{\"$type\":\"app.bsky.richtext.facet#mention\",\"did\":\"did:plc:b\"},{\"$type\":\"app.bsky.richtext.facet#tag\",\"tag\":\"Tag\"}]}],\"embed\":{\"$type\":\"app.bsky.embed.images\",\"images\":[{\"image\":{\"ref\":{\"$link\":\"bafy2\"}}}]}}}}\n",
    ),
    made(
        "bluesky-feed",
        "found.json",
        1,
        "{\"posts\":[{\"uri\":\"at://did:plc:c/app.bsky.feed.post/3krggwxu26k27\",\"author\":{\"did\":\"did:plc:c\",\"handle\":\"c.example\"},\"record\":{\"text\":\"answer\",\"langs\":[\"en\"],\"createdAt\":\"2024-05-01T12:00:00.250Z\",\"reply\":{\"parent\":{\"uri\":\"at://did:plc:b/app.bsky.feed.post/3krggyqths227\"}},\"facets\":[{\"features\":[{\"$type\":\"app.bsky.richtext.facet#link\",\"uri\":\"https://e.example/1\"},{\"$type\":\"app.bsky.richtext.facet#mention\",\"did\":\"did:plc:b\"},{\"$type\":\"app.bsky.richtext.facet#tag\",\"tag\":\"Tag\"}]}],\"embed\":{\"record\":{\"record\":{\"uri\":\"at://did:plc:b/app.bsky.feed.post/3krggyqths227\"}},\"media\":{\"$type\":\"app.bsky.embed.images\",\"images\":[{\"image\":{\"ref\":{\"$link\":\"bafy2\"}}}]}}},\"indexedAt\":\"2024-05-01T12:00:01.000Z\"}]}",
    ),
    made(
        "mastodon",
        "answer.json",
        1,
        "[{\"id\":\"112365718749184000\",\"created_at\":\"2024-05-01T12:00:00.250Z\",\"edited_at\":\"2024-05-01T12:10:00.000Z\",\"visibility\":\"public\",\"language\":\"en\",\"application\":{\"name\":\"App\"},\"uri\":\"https://s.example/users/a/statuses/112365718749184000\",\"content\":\"answer\",\"account\":{\"acct\":\"a\",\"uri\":\"https://s.example/users/a\"},\"in_reply_to_id\":\"112365718749184000\",\"in_reply_to_account_id\":\"2\",\"quote\":{\"quoted_status\":{\"uri\":\"https://s.example/users/b/statuses/1\"}}}]",
    ),
    made(
        "activitystreams",
        "quote.json",
        1,
        "{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"type\":\"OrderedCollection\",\"first\":{\"orderedItems\":[{\"type\":\"Create\",\"actor\":\"https://s.example/users/a\",\"published\":\"2024-05-01T12:00:00Z\",\"object\":{\"id\":\"https://s.example/1\",\"content\":\"<a href=\\\"https://e.example/1\\\">x</a>\",\"generator\":{\"name\":\"App\"},\"quoteUrl\":\"https://s.example/0\"}}]}}",
    ),
    made(
        "telegram-desktop",
        "all.json",
        2,
        "{\"about\":\"x\",\"chats\":{\"list\":[{\"name\":\"One\",\"type\":\"private_group\",\"id\":5,\"messages\":[{\"id\":1,\"type\":\"message\",\"date_unixtime\":\"1714564800\",\"from_id\":\"user1\",\"via_bot\":\"@bot\",\"text\":\"words\",\"edited_unixtime\":\"1714564900\",\"text_entities\":[{\"type\":\"mention\",\"text\":\"@b\"},{\"type\":\"mention_name\",\"text\":\"B\",\"user_id\":7},{\"type\":\"text_link\",\"text\":\"x\",\"href\":\"https://e.example/1\"}]}]},{\"name\":\"Two\",\"type\":\"private_group\",\"id\":6,\"messages\":[{\"id\":1,\"type\":\"message\",\"date_unixtime\":\"1714564800\",\"from_id\":\"user1\",\"text\":\"words\"}]}]}}",
    ),
    made(
        "telethon",
        "answer.json",
        1,
        "[{\"_\":\"Message\",\"id\":4,\"peer_id\":{\"channel_id\":123},\"from_id\":{\"user_id\":8},\"date\":\"2024-05-01T12:00:00+00:00\",\"message\":\"@bee e.example/1\",\"entities\":[{\"_\":\"MessageEntityMention\",\"offset\":0,\"length\":4},{\"_\":\"MessageEntityUrl\",\"offset\":5,\"length\":11},{\"_\":\"MessageEntityMentionName\",\"offset\":0,\"length\":4,\"user_id\":9}],\"reply_to\":{\"reply_to_msg_id\":1},\"post_author\":\"A\",\"via_bot_id\":7}]",
    ),
    made(
        "telegram-tracker",
        "media.csv",
        1,
        "channel_id,channel_name,msg_id,message,date,is_forward,forward_msg_link,document_id\n123,chan,3,words @bee,2024-05-01 12:00:00+00:00,0,,55\n",
    ),
    made(
        "telegram-list",
        "more.json",
        1,
        "[{\"message_id\":2,\"sender_id\":-100,\"text\":\"@bee https://e.example/1\",\"date\":\"2024-05-01T12:00:00+00:00\",\"channel\":\"chan\"}]",
    ),
    made(
        "reddit",
        "cross.ndjson",
        1,
        "{\"id\":\"1ch01\",\"author\":\"c\",\"author_fullname\":\"t2_c\",\"created_utc\":1714564800,\"subreddit\":\"demo\",\"title\":\"words\",\"selftext\":\"\",\"url\":\"https://i.redd.it/p.jpg\",\"crosspost_parent\":\"t3_1ch00\"}\n",
    ),
    made(
        "zeeschuimer",
        "retweet.ndjson",
        2,
        "{\"item_id\":\"1785640310404022274\",\"source_platform\":\"twitter.com\",\"data\":{\"rest_id\":\"1785640310404022274\",\"source\":\"<a href='x'>App</a>\",\"legacy\":{\"user_id_str\":\"1\",\"created_at\":\"Wed May 01 12:00:00 +0000 2024\",\"full_text\":\"RT\",\"retweeted_status_result\":{\"result\":{\"rest_id\":\"1785640310404022272\",\"legacy\":{\"full_text\":\"whole\",\"user_id_str\":\"2\",\"entities\":{\"user_mentions\":[{\"id_str\":\"3\"}],\"urls\":[{\"expanded_url\":\"https://e.example/1\"}]}}}}}}}\n{\"item_id\":\"1785640310404022275\",\"source_platform\":\"twitter.com\",\"data\":{\"rest_id\":\"1785640310404022275\",\"legacy\":{\"user_id_str\":\"1\",\"created_at\":\"Wed May 01 12:00:00 +0000 2024\",\"full_text\":\"answer\",\"in_reply_to_status_id_str\":\"1785640310404022272\",\"in_reply_to_user_id_str\":\"2\"},\"quoted_status_result\":{\"result\":{\"rest_id\":\"1785640310404022271\"}}}}\n",
    ),
    made(
        "youtube",
        "comments.json",
        1,
        "{\"kind\":\"youtube#commentListResponse\",\"items\":[{\"kind\":\"youtube#comment\",\"id\":\"U2\",\"snippet\":{\"authorDisplayName\":\"@c\",\"authorChannelId\":{\"value\":\"UCc\"},\"textOriginal\":\"@bee https://e.example/1\",\"publishedAt\":\"2024-05-01T12:00:00Z\"}}]}",
    ),
    made(
        "youtube-tools",
        "old.csv",
        1,
        "id,publishedAt,authorName,text,isReplyTo,isReplyToName\nU3,2024-05-01 12:00:00,@c,@bee https://e.example/1,U1,@a\n",
    ),
    made(
        "crowdtangle-facebook",
        "names.csv",
        1,
        "Page Name,Post Created,Message,URL\nPage C,2023-11-13 04:30:36 EST,@bee words,https://www.facebook.com/102/posts/3\n",
    ),
    made(
        "crowdtangle-instagram",
        "more.csv",
        1,
        "Account,User Name,Post Created,URL,Link,Photo,Description\nB,b,2024-05-01 12:00:00 EDT,https://www.instagram.com/p/Cx1/,,,@bee https://e.example/1\n",
    ),
    made(
        "mcl",
        "instagram.csv",
        1,
        "creation_time,id,mcl_url,multimedia,post_owner.id,post_owner.username,text,lang\n2024-05-01T12:00:00+00:00,179,https://m.example/179,\"[\"\"v1\"\"]\",151,user,@bee words,en\n",
    ),
    made(
        "4cat-x",
        "seen.csv",
        1,
        "collected_from_url,id,thread_id,unix_timestamp,body,author,author_id,possibly_sensitive,is_retweet,retweeted_user,is_quote_tweet,quote_tweet_id,is_reply,replied_author,images\nhttps://x.example,1785640310404022275,1785640310404022275,1714564800,words,a,1,no,no,,yes,1785640310404022271,no,,https://e.example/p.jpg\n",
    ),
    made(
        "4cat-bluesky",
        "more.csv",
        1,
        "id,author_id,author,body,timestamp,replied_to_post,quoted_post,replies_allowed,mentions,images\nat://did:plc:c/app.bsky.feed.post/3krggwxu26k27,did:plc:c,c.example,words,1714564800,,at://did:plc:b/app.bsky.feed.post/3krggyqths227,True,b.example,https://e.example/p.jpg\n",
    ),
    made(
        "4cat-tiktok",
        "more.csv",
        1,
        "id,author,body,unix_timestamp,music_id,tiktok_url,hashtags\n7363999742872787801,b,see https://e.example/1,1714564800,72,https://t.example,\n",
    ),
    made(
        "4cat-tiktok-comments",
        "more.csv",
        1,
        "id,author,body,unix_timestamp,post_id,comment_url\n7363999742872787802,b,@bee #Tag https://e.example/1,1714564800,7363999742872787800,https://t.example\n",
    ),
    made(
        "4cat-instagram",
        "more.csv",
        1,
        "id,parent_id,body,author_id,author,num_media,usertags,unix_timestamp\nCx1,Cx0,see https://e.example/1,2,b,0,,1714564800\n",
    ),
    made(
        "4cat-threads",
        "more.csv",
        1,
        "id,thread_id,body,author,image_url,video_url,link_url,reposts,quotes,unix_timestamp\nT3,T3,@bee,b,https://e.example/p.jpg,,,0,0,1714564800\n",
    ),
    made(
        "4cat-facebook",
        "more.csv",
        1,
        "id,body,author,author_name,image_url,is_in_group,group_name,unix_timestamp\nF2,@bee https://e.example/1,101,B,https://e.example/p.jpg,no,,1714564800\n",
    ),
    made(
        "4cat-truth",
        "more.csv",
        1,
        "id,created_at,body,reblogs_count,account_id,account_username,images,video_thumbs,thread_id\n113,2024-05-01T12:00:00.250Z,see https://e.example/1,0,2,b,https://e.example/p.jpg,,112\n",
    ),
    made(
        "4cat-gab",
        "more.csv",
        1,
        "id,created_at,body,reaction_count,favourites_count,account_id,account_username,mentions,image_urls,thread_id\n113,2024-05-01T12:00:00.250Z,words,0,0,2,b,bee,https://e.example/p.jpg,112\n",
    ),
    made(
        "4cat-vk",
        "more.csv",
        1,
        "id,unix_timestamp,item_type,body,author_id,author_type,in_reply_to_user,in_reply_to_comment_id,photos\nV2,1714564800,comment,@bee,2,user,1,V1,https://e.example/p.jpg\n",
    ),
    made(
        "4cat-4chan",
        "more.csv",
        1,
        "thread_id,id,timestamp,board,body,author,image_md5\n10,13,2024-05-01 12:00:00,pol,#Tag https://e.example/1,Trip!abd,\n",
    ),
    made(
        "junkipedia",
        "more.json",
        1,
        "{\"data\":[{\"id\":\"6\",\"attributes\":{\"published_at\":\"2024-05-01T12:00:00.000Z\",\"thumbnail_url\":\"https://e.example/p.jpg\",\"post_data\":{\"text\":\"@bee https://e.example/1\"},\"search_data_fields\":{\"channel_data\":{\"channel_id\":\"10\"}}}}]}",
    ),
    made(
        "cnt",
        "answer.csv",
        1,
        "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\np3,3,c,,p1,answer,1714564802,\n",
    ),
    made(
        "user-sequences",
        "more.jsonl",
        1,
        "{\"user_id\":\"2\",\"raw_sequences\":[{\"created_at\":\"Wed May 01 12:00:00 +0000 2024\",\"in_reply_to_status_id_str\":\"5\",\"entities\":{\"urls\":[{\"expanded_url\":\"https://e.example/1\"}],\"user_mentions\":[{\"id\":7}]}}]}\n",
    ),
    made(
        "feed",
        "rss2.xml",
        1,
        "<rss version=\"2.0\"><channel><generator>App</generator><link>https://e.example</link><item><link>https://e.example/2</link><pubDate>Wed, 01 May 2024 12:00:00 +0000</pubDate><description>words</description></item></channel></rss>",
    ),
    made(
        "warc",
        "more.warc",
        1,
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://e.example/story2\r\nWARC-Date: 2024-05-01T12:30:00Z\r\nContent-Length: 307\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html lang=\"en\"><head><meta name=\"generator\" content=\"P\"><meta name=\"author\" content=\"W\"><meta property=\"og:image\" content=\"https://e.example/p.jpg\"><meta property=\"article:published_time\" content=\"2024-05-01T12:00:00Z\"></head><body><p>Full text</p></body></html>\r\n\r\n",
    ),
];
