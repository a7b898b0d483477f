# CooRnet's own functions on the shares that generate.py wrote: Rscript coornet.R ORIGINALS FOLDER
suppressPackageStartupMessages({library(dplyr); library(tidyr); library(igraph)})
words <- commandArgs(trailingOnly = TRUE)
unnest_ctshares <- function(shares, clean_urls) shares
for (file in c("estimate_coord_interval.r", "get_coord_shares.R", "build_coord_graph.R")) source(file.path(words[1], file))

shares <- read.csv(file.path(words[2], "coornet_shares.csv"), colClasses = c("character", "character", "character", "numeric"))
table <- data.frame(id = shares$id, date = as.POSIXct(shares$time, origin = "1970-01-01", tz = "UTC"), expanded = shares$url,
                    account.url = shares$account, account.id = shares$account, account.name = shares$account,
                    account.handle = shares$account, account.platform = "x", account.platformId = shares$account,
                    account.verified = FALSE, account.subscriberCount = 1)
setwd(tempdir())
intervals <- data.frame(quickest = c(0.1, 0.3, 0.5), reached = c(0.5, 0.5, 0.4))
intervals$seconds <- mapply(function(q, p) sub(" secs", "", estimate_coord_interval(table, q = q, p = p)[[2]]),
                            intervals$quickest, intervals$reached)
write.csv(intervals, file.path(words[2], "coornet-intervals.csv"), row.names = FALSE, quote = FALSE)

network <- function(interval, percentile) {
  graph <- get_coord_shares(table, coordination_interval = interval, percentile_edge_weight = percentile)[[2]]
  edges <- igraph::as_data_frame(graph, "edges")
  data.frame(a = pmin(edges$from, edges$to), b = pmax(edges$from, edges$to), weight = edges$weight)
}
for (interval in list(list(NULL, "23.5 secs"), list(NULL, "60 secs"))) {
  all <- network(interval, 0)
  kept <- network(interval, 0.9)
  all$kept <- as.integer(paste(all$a, all$b) %in% paste(kept$a, kept$b))
  all <- all[order(all$a, all$b), ]
  write.csv(all, file.path(words[2], paste0("coornet-", sub(" secs", "s", interval[[2]]), ".csv")), row.names = FALSE, quote = FALSE)
}
versions <- sapply(c("dplyr", "tidyr", "igraph"), function(name) paste0(name, "=", packageVersion(name)))
writeLines(c(paste0("R=", getRversion()), versions), file.path(words[2], "versions.txt"))
