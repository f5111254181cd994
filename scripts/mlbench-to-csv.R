# Rscript scripts/mlbench-to-csv.R FOLDER: the classification sets of the R package mlbench as FOLDER/NAME.csv,
# features first, the class as the last column "class"; NA where a value is missing.
sets <- list( # name in the comparison of 121 tasks = name in mlbench
    "breast-cancer-wisc" = "BreastCancer", "molec-biol-splice" = "DNA", "glass" = "Glass",
    "congressional-voting" = "HouseVotes84", "ionosphere" = "Ionosphere",
    "letter" = "LetterRecognition", "pima" = "PimaIndiansDiabetes", "statlog-landsat" = "Satellite",
    "statlog-shuttle" = "Shuttle", "conn-bench-sonar" = "Sonar", "soybean" = "Soybean",
    "statlog-vehicle" = "Vehicle", "conn-bench-vowel" = "Vowel", "zoo" = "Zoo")
target <- c(LetterRecognition = "lettr", Glass = "Type", PimaIndiansDiabetes = "diabetes",
            Satellite = "classes", Zoo = "type")
identifiers <- list(BreastCancer = "Id")

# Codes that have no order become texts ("v0", "v1", ...), which tdyn reads as categories. Ordered factors
# and factors with two levels stay numbers; so do BreastCancer's, which are all scores from 1 to 10.
nominal <- function(set, column)
    set %in% c("Soybean", "Vowel") && is.factor(column) && !is.ordered(column) && nlevels(column) > 2

feature <- function(set, column) {
    if (nominal(set, column)) return(ifelse(is.na(column), NA, paste0("v", column)))
    if (is.logical(column)) return(as.integer(column))
    column
}

folder <- commandArgs(trailingOnly = TRUE)[1]
for (name in names(sets)) {
    set <- sets[[name]]
    data(list = set, package = "mlbench")
    whole <- get(set)
    class <- if (set %in% names(target)) target[[set]] else "Class"
    columns <- setdiff(names(whole), c(class, identifiers[[set]]))
    table <- as.data.frame(lapply(whole[columns], function(column) feature(set, column)))
    table$class <- as.character(whole[[class]])
    file <- file.path(folder, paste0(name, ".csv"))
    write.csv(table, paste0(file, ".part"), row.names = FALSE, quote = TRUE)
    invisible(file.rename(paste0(file, ".part"), file))
}
